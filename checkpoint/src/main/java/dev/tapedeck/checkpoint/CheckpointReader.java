package dev.tapedeck.checkpoint;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Looks into a checkpoint or a file of safetensors without the objects that were saved, like {@code
 * tf.train.load_checkpoint}.
 *
 * <pre>{@code
 * try (CheckpointReader reader = CheckpointReader.open(Path.of("runs/1"))) {
 *   reader.entries().forEach((key, value) -> System.out.println(value));
 *   Tensor kernel = reader.tensor("model/hidden/kernel");
 * }
 * }</pre>
 *
 * <p>Opening reads no value, and so checks none: that is done when a value is read, and by {@link
 * #verify()}.
 */
public abstract sealed class CheckpointReader implements AutoCloseable
    permits BundleContents, SafetensorsContents {
  private static final int SUGGESTIONS = 3;

  private final Path path;
  private final Map<String, Description> entries = new LinkedHashMap<>();

  /**
   * What is known of a value before it is read.
   *
   * @param name the key, without the {@code /.ATTRIBUTES/VARIABLE_VALUE} that TensorFlow ends it in
   * @param type {@code float32}, or {@code string}, or TensorFlow's number if no tensor here is of
   *     it
   * @param bytes its size in the file
   */
  public record Description(String name, String type, Shape shape, long bytes) {
    /** Returns whether the value is text, for {@link CheckpointReader#strings}. */
    public boolean isString() {
      return type.equals(TensorFlowTypes.STRING_NAME);
    }

    private boolean isFloating() {
      return Arrays.stream(DType.values())
          .anyMatch(dtype -> dtype.isFloating() && dtype.toString().equals(type));
    }
  }

  CheckpointReader(Path path, Map<String, Description> byKey) {
    this.path = path;
    byKey.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.comparing(Description::name)))
        .forEach(entry -> entries.put(entry.getKey(), entry.getValue()));
  }

  /**
   * Opens a checkpoint.
   *
   * @param path its prefix; or one of its files; or a folder, for its latest checkpoint; or a file
   *     whose name ends in {@code .safetensors}
   * @throws CheckpointException if there is none, or a file of it is missing or damaged, or of a
   *     kind that is not supported
   * @throws UncheckedIOException if a file cannot be read
   */
  public static CheckpointReader open(Path path) {
    Path found =
        CheckpointPath.find(Objects.requireNonNull(path, "CheckpointReader: the path is null"));
    return CheckpointPath.isSafetensors(found)
        ? SafetensorsContents.at(found)
        : BundleContents.at(found);
  }

  /** Returns the prefix, to restore from, or the file of safetensors. */
  public final Path path() {
    return path;
  }

  /**
   * Returns what is there by key, sorted by name; the graph of the objects, which TensorFlow keeps
   * among the values, is left out.
   */
  public final Map<String, Description> entries() {
    return Collections.unmodifiableMap(entries);
  }

  /**
   * Returns how many numbers a model has: those of floating-point values, without what optimizers,
   * metrics and trainings keep beside it as far as the file says so.
   */
  public final long parameters() {
    Set<String> outside = outsideOfModels();
    return entries.entrySet().stream()
        .filter(entry -> entry.getValue().isFloating() && !outside.contains(entry.getKey()))
        .mapToLong(entry -> entry.getValue().shape().count())
        .sum();
  }

  /** Returns the texts that a file of safetensors keeps with its tensors; a checkpoint has none. */
  public abstract Map<String, String> metadata();

  /**
   * Reads a tensor.
   *
   * @param name its key, or its name if no other value has it for a key
   * @throws IllegalArgumentException if there is no such value; names the nearest
   * @throws CheckpointException if it is damaged, or of a type that no tensor here has
   * @throws UncheckedIOException if it cannot be read
   */
  public final Tensor tensor(String name) {
    String key = key(name);
    try (Scope scope = new Scope()) {
      return scope.keep(read(key));
    }
  }

  /**
   * Reads the strings of a tensor in row-major order, taken for UTF-8; bytes that are not are
   * U+FFFD, see {@link #bytes}.
   *
   * @param name as for {@link #tensor}
   * @throws IllegalArgumentException if there is no such value; names the nearest
   * @throws CheckpointException if it is damaged, or of another type
   * @throws UncheckedIOException if it cannot be read
   */
  public final List<String> strings(String name) {
    return bytes(name).stream().map(bytes -> new String(bytes, StandardCharsets.UTF_8)).toList();
  }

  /**
   * Reads the strings of a tensor in row-major order as the bytes that they are, which need not be
   * text.
   *
   * @param name as for {@link #tensor}
   * @throws IllegalArgumentException if there is no such value; names the nearest
   * @throws CheckpointException if it is damaged, or of another type
   * @throws UncheckedIOException if it cannot be read
   */
  public final List<byte[]> bytes(String name) {
    return readStrings(key(name));
  }

  /** Reads all there is, and returns what is wrong with it: a line for each value that is bad. */
  public final List<String> verify() {
    List<String> wrong = new ArrayList<>();
    for (String key : keys()) {
      try {
        check(key);
      } catch (CheckpointException | UncheckedIOException e) {
        wrong.add(e.getMessage());
      }
    }
    return wrong;
  }

  /**
   * Returns the key of a value, given that or its name.
   *
   * @throws IllegalArgumentException if there is no such value; names the nearest
   */
  public final String key(String name) {
    if (entries.containsKey(name)) {
      return name;
    }
    return entries.keySet().stream()
        .filter(key -> entries.get(key).name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    String.format(
                        Locale.ROOT,
                        "checkpoint: %s has no value %s; %s",
                        path,
                        Mismatch.quoted(name),
                        nearest(name))));
  }

  /** Returns which names are like one, or else which there are. */
  private String nearest(String name) {
    if (entries.isEmpty()) {
      return "it is empty";
    }
    List<String> near =
        entries.values().stream()
            .map(Description::name)
            .filter(there -> distance(name, there) <= Math.max(1, name.length() / 2))
            .sorted(Comparator.comparingInt(there -> distance(name, there)))
            .toList();
    List<String> shown =
        near.isEmpty() ? entries.values().stream().map(Description::name).toList() : near;
    return shown.stream()
        .limit(SUGGESTIONS)
        .map(Mismatch::quoted)
        .collect(
            Collectors.joining(
                ", ",
                near.isEmpty() ? "none is like it, it has " : "the nearest are ",
                shown.size() > SUGGESTIONS ? ", .." : ""));
  }

  /** Returns 0 for names of which the one that was asked for is a part. */
  private static int distance(String name, String there) {
    return there.contains(name) ? 0 : Mismatch.distance(name, there);
  }

  /** Returns the keys of what optimizers and metrics keep, as far as the file says it. */
  abstract Set<String> outsideOfModels();

  /** Returns the keys of all that can be damaged. */
  abstract Iterable<String> keys();

  abstract EagerTensor read(String key);

  abstract List<byte[]> readStrings(String key);

  abstract void check(String key);

  @Override
  public abstract void close();
}
