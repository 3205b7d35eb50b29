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
 * A reader of a checkpoint or a file of safetensors without the objects that were saved, like
 * {@code tf.train.load_checkpoint}.
 *
 * <pre>{@code
 * try (CheckpointReader reader = CheckpointReader.open(Path.of("runs/1"))) {
 *   reader.entries().forEach((key, value) -> System.out.println(value));
 *   Tensor kernel = reader.tensor("model/hidden/kernel");
 * }
 * }</pre>
 *
 * <p>Opening reads and checks no values: that happens when a value is read, and in {@link
 * #verify()}.
 */
public abstract class CheckpointReader implements AutoCloseable {
  private static final int SUGGESTIONS = 3;

  private final Path path;
  private final Map<String, Description> entries = new LinkedHashMap<>();

  /**
   * Description of a value, known before it is read.
   *
   * @param name the key without TensorFlow's suffix {@code /.ATTRIBUTES/VARIABLE_VALUE}
   * @param type {@code float32} and so on, {@code string}, or TensorFlow's number if Tapedeck has
   *     no tensors of it
   * @param bytes size in the file
   */
  public record Description(String name, String type, Shape shape, long bytes) {
    /** Returns whether the value is text, for {@link CheckpointReader#strings}. */
    public boolean isString() {
      return type.equals(TensorFlowTypes.STRING_NAME);
    }

    private boolean isFloating() {
      return DType.fixedSize().stream()
          .anyMatch(dtype -> dtype.isFloating() && dtype.toString().equals(type));
    }
  }

  /**
   * For readers of files of a kind.
   *
   * @param byKey description of each value by its key
   */
  protected CheckpointReader(Path path, Map<String, Description> byKey) {
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
   * @throws CheckpointException if there is no checkpoint, or a file of it is missing, damaged or
   *     not supported
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
   * Returns the descriptions of all values by key, sorted by name; without the object graph, which
   * TensorFlow stores among the values.
   */
  public final Map<String, Description> entries() {
    return Collections.unmodifiableMap(entries);
  }

  /**
   * Returns the number of a model's parameters: the elements of floating-point values, except those
   * that the file identifies as state of optimizers, metrics and trainings.
   */
  public final long parameters() {
    Set<String> outside = outsideOfModels();
    return entries.entrySet().stream()
        .filter(entry -> entry.getValue().isFloating() && !outside.contains(entry.getKey()))
        .mapToLong(entry -> entry.getValue().shape().count())
        .sum();
  }

  /** Returns what the file says of itself, as one of safetensors; empty for a checkpoint. */
  public abstract Map<String, String> metadata();

  /**
   * Reads a tensor.
   *
   * @param name the key, or a name that is not the key of another value
   * @throws IllegalArgumentException if there is no such value; the message names the nearest
   * @throws CheckpointException if it is damaged, or of a type that Tapedeck has no tensors of
   * @throws UncheckedIOException if it cannot be read
   */
  public final Tensor tensor(String name) {
    String key = key(name);
    try (Scope scope = new Scope()) {
      return scope.keep(read(key));
    }
  }

  /**
   * Reads the strings of a tensor in row-major order, decoded as UTF-8; malformed bytes become
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
   * Reads the strings of a tensor in row-major order as raw bytes, which need not be text.
   *
   * @param name as for {@link #tensor}
   * @throws IllegalArgumentException if there is no such value; names the nearest
   * @throws CheckpointException if it is damaged, or of another type
   * @throws UncheckedIOException if it cannot be read
   */
  public final List<byte[]> bytes(String name) {
    return readStrings(key(name));
  }

  /** Reads all values, and returns a line for each one that is damaged. */
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
   * Returns the key of a value, given by key or name.
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

  /** Returns the names most like one, or some of all names. */
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

  /** Returns the edit distance of names; 0 if the one contains the other. */
  private static int distance(String name, String there) {
    return there.contains(name) ? 0 : Mismatch.distance(name, there);
  }

  /**
   * Returns the keys of the state of optimizers and metrics, as far as the file identifies it; by
   * default none.
   */
  protected Set<String> outsideOfModels() {
    return Set.of();
  }

  /** Returns the keys of all values that can be checked; by default those of the entries. */
  protected Iterable<String> keys() {
    return entries.keySet();
  }

  /** Reads the tensor of a key. */
  protected abstract EagerTensor read(String key);

  /** Reads the strings of a key; by default there are none. */
  protected List<byte[]> readStrings(String key) {
    throw new CheckpointException(
        String.format(
            Locale.ROOT,
            "checkpoint: %s in %s: expected type string, received %s",
            Mismatch.quoted(key),
            path,
            entries.get(key).type()));
  }

  /**
   * Reads the value of a key, and compares checksums.
   *
   * @throws CheckpointException if it is damaged
   */
  protected abstract void check(String key);

  @Override
  public abstract void close();
}
