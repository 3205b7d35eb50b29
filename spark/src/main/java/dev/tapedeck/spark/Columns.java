package dev.tapedeck.spark;

import dev.tapedeck.config.Records;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;

/**
 * The columns of a table that a model learns from. The numbers, vectors, arrays and bytes in the
 * features of a row, one after the other, are its input: float32.
 *
 * @param features names of the columns of the input
 * @param label name of the column of the label, a number or a vector; null where there is none
 * @param wholeLabels whether labels are numbers of classes: int32 of shape {@code [rows]}, instead
 *     of float32 of shape {@code [rows, size]}; false by default
 * @param shape sizes of a row's input, as {@code [28, 28, 1]}; empty, the default, for a vector
 */
public record Columns(List<String> features, String label, boolean wholeLabels, List<Long> shape)
    implements Serializable {
  private static final long serialVersionUID = 1;

  /** Copies the lists. */
  public Columns {
    features = List.copyOf(features);
    shape = List.copyOf(shape);
  }

  /** Returns a column of features, and the label. */
  public static Columns of(String features, String label) {
    return new Columns(List.of(features), label, false, List.of());
  }

  /** Returns columns whose labels are numbers of classes. */
  public Columns classes() {
    return Records.with(this, "wholeLabels", true);
  }

  /** Returns columns whose input has a shape, such as that of an image. */
  public Columns shape(long... sizes) {
    return Records.with(this, "shape", Arrays.stream(sizes).boxed().toList());
  }
}
