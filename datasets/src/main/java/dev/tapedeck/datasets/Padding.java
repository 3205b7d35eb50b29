package dev.tapedeck.datasets;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;

/**
 * Padding at the ends of axes, by which tensors of several shapes become one batch: with 0, {@code
 * false} or an empty string, up to the longest of the batch, unless said otherwise. Immutable, each
 * method returns a changed copy.
 *
 * <pre>{@code
 * new Padding().value("inputs", -1).shape("labels.tags", 20)
 * }</pre>
 *
 * @param shapes sizes of padded tensors, by part
 * @param values what padding consists of, by part: a number, a string for text
 */
public record Padding(Map<String, List<Long>> shapes, Map<String, Object> values) {
  /** The size of the longest in the batch. */
  public static final long LONGEST = -1;

  /** The largest length of the bucket, see {@link Pipeline#bucketBySequenceLength}. */
  public static final long BUCKET = -2;

  /** Copies the options. */
  public Padding {
    shapes = Collections.unmodifiableMap(new LinkedHashMap<>(shapes));
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** Makes the default options. */
  public Padding() {
    this(Map.of(), Map.of());
  }

  /**
   * Returns options with the sizes of a part's padded tensors.
   *
   * @param part {@code inputs}, {@code labels} or {@code weights}, or a tensor in a structure:
   *     {@code inputs.words}, {@code labels[0]}
   * @param sizes of each axis, or {@link #LONGEST} or {@link #BUCKET}
   */
  public Padding shape(String part, long... sizes) {
    return new Padding(with(shapes, part, LongStream.of(sizes).boxed().toList()), values);
  }

  /** Returns options with what a part is padded with; the part is named as in {@link #shape}. */
  public Padding value(String part, Object value) {
    return new Padding(shapes, with(values, part, value));
  }

  private static <V> Map<String, V> with(Map<String, V> given, String part, V value) {
    Map<String, V> all = new LinkedHashMap<>(given);
    all.put(
        Objects.requireNonNull(part, "padding: the part is null; give its name, as inputs"),
        Objects.requireNonNull(value, "padding: the value is null; give one, as 0"));
    return all;
  }
}
