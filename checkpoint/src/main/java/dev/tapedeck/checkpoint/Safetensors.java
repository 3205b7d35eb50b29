package dev.tapedeck.checkpoint;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.train.Layer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Functions that read and write weights in the format of Python's {@code safetensors}.
 *
 * <pre>{@code
 * Safetensors.saveWeights(model, Path.of("digits.safetensors"));
 * Safetensors.loadWeights(model, Path.of("digits.safetensors"));
 * }</pre>
 *
 * <p>The tensors are named as by {@link Layer#namedVariables()}, {@code hidden/kernel}, and laid
 * out as Keras lays them out.
 *
 * <p>Files are replaced atomically: a reader finds the old file or the new one. Reading trusts
 * nothing in the file.
 */
public final class Safetensors {
  private Safetensors() {}

  /**
   * Writes a model's variables to a file; its folder is created if missing.
   *
   * @throws IllegalArgumentException if the model has no variables, as before its first call
   * @throws UncheckedIOException if the file cannot be written; an existing one stays
   */
  public static void saveWeights(Layer model, Path file) {
    save(weights("saveWeights", model), Map.of(), file);
  }

  /**
   * Assigns the values of a file to a model's variables. Names, shapes and types must be the same;
   * otherwise nothing is assigned.
   *
   * @throws IllegalArgumentException if the file does not fit the model, with the differences; or
   *     if the model has no variables, as before its first call
   * @throws CheckpointException if the file is damaged
   * @throws UncheckedIOException if the file cannot be read
   */
  public static void loadWeights(Layer model, Path file) {
    Map<String, Variable> variables = weights("loadWeights", model);
    Map<String, TensorSpec> expected = new LinkedHashMap<>();
    variables.forEach((name, variable) -> expected.put(name, variable.spec()));
    try (Scope scope = new Scope();
        SafetensorsFile open = SafetensorsFile.open(file)) {
      new Mismatch(expected, open.header().specs())
          .requireNone("Safetensors.loadWeights: " + file, "the model");
      // All are read before the first is assigned.
      Map<String, Tensor> values = open.readAll();
      variables.forEach((name, variable) -> variable.assign(values.get(name)));
    } catch (IOException e) {
      throw cannot("loadWeights", "read", file, e);
    }
  }

  /**
   * Writes tensors to a file; its folder is created if missing.
   *
   * @param tensors values by name: variables, tensors, and what {@link Tensor#of(Object)} accepts
   * @param metadata strings stored with them, may be empty
   * @throws IllegalArgumentException if a name is {@code __metadata__} or not valid Unicode, or a
   *     value is not a tensor
   * @throws UncheckedIOException if the file cannot be written; an existing one stays
   */
  public static void save(Map<String, ?> tensors, Map<String, String> metadata, Path file) {
    Map<String, EagerTensor> values = new LinkedHashMap<>();
    tensors.forEach((name, value) -> values.put(name, eager(name, value)));
    SafetensorsHeader header = SafetensorsHeader.of(values, metadata);
    try {
      SafetensorsFile.write(file, header, values);
    } catch (IOException e) {
      throw cannot("save", "write", file, e);
    }
  }

  /**
   * Reads all tensors of a file, by name.
   *
   * @throws CheckpointException if the file is damaged, or has an element type that Tapedeck lacks
   * @throws UncheckedIOException if the file cannot be read
   */
  public static Map<String, Tensor> load(Path file) {
    try (Scope scope = new Scope();
        SafetensorsFile open = SafetensorsFile.open(file)) {
      Map<String, Tensor> tensors = open.readAll();
      tensors.values().forEach(scope::keep);
      return tensors;
    } catch (IOException e) {
      throw cannot("load", "read", file, e);
    }
  }

  /**
   * Reads the metadata of a file.
   *
   * @throws CheckpointException if the file is damaged
   * @throws UncheckedIOException if the file cannot be read
   */
  public static Map<String, String> metadata(Path file) {
    try (SafetensorsFile open = SafetensorsFile.open(file)) {
      return open.header().metadata();
    } catch (IOException e) {
      throw cannot("metadata", "read", file, e);
    }
  }

  private static Map<String, Variable> weights(String who, Layer model) {
    Map<String, Variable> variables = model.namedVariables();
    if (variables.isEmpty()) {
      throw new IllegalArgumentException(
          "Safetensors."
              + who
              + ": "
              + model.getClass().getSimpleName()
              + " has no variables; call it once with an input, which builds them");
    }
    return variables;
  }

  private static EagerTensor eager(String name, Object value) {
    Tensor tensor = value instanceof Variable variable ? variable.memory() : Tensor.of(value);
    if (tensor instanceof EagerTensor eager) {
      return eager;
    }
    throw new IllegalArgumentException(
        "Safetensors.save: \"" + name + "\" has no value yet: " + tensor);
  }

  private static UncheckedIOException cannot(String who, String what, Path file, IOException e) {
    return new UncheckedIOException(
        "Safetensors." + who + ": cannot " + what + " " + file + ": " + reason(e), e);
  }

  static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "no such file";
      case AccessDeniedException _ -> "permission denied";
      case FileSystemException f when f.getReason() != null -> f.getReason();
      default -> e.getMessage();
    };
  }
}
