package dev.tapedeck.checkpoint;

import dev.tapedeck.function.ConcreteFunction;
import dev.tapedeck.function.FunctionDefinition;
import dev.tapedeck.function.Graph;
import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tracking.Trackable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * A traced function saved in a file, or loaded from one: its graph and the variables that it reads
 * and assigns to, without the Java classes that it was traced from.
 *
 * <pre>{@code
 * SavedFunction.save(digits.concreteFunction(images), Path.of("digits.tapedeck"));
 *
 * SavedFunction digits = SavedFunction.load(Path.of("digits.tapedeck")); // in another program
 * Tensor logits = (Tensor) digits.call(images);
 * }</pre>
 *
 * <p>Variables are loaded as new ones of the same names and values, and can be trained further.
 * Random draws: a generator of its own continues where it was saved; draws from the process's
 * generator use that of the loading process. docs/saved-functions.md describes the file.
 */
public final class SavedFunction implements Trackable {
  private static final int LONGEST_MESSAGE = 2000;

  private final ConcreteFunction function;
  private final Map<String, Variable> variables;

  private SavedFunction(ConcreteFunction function, Map<String, Variable> variables) {
    this.function = function;
    this.variables = variables;
  }

  /**
   * Writes a function to a file; its folder is created if missing.
   *
   * @throws IllegalStateException if Java code in the function reads values of tensors, so that its
   *     graph is valid for these alone
   * @throws IllegalArgumentException if it has ops that hold Java code, or arguments that are not
   *     data
   * @throws UncheckedIOException if the file cannot be written; an existing one stays
   */
  public static void save(ConcreteFunction function, Path file) {
    try (Scope _ = new Scope()) {
      FunctionWriter.of(function.definition()).write(file);
    } catch (IOException e) {
      throw cannot("save", "write", file, e);
    }
  }

  /**
   * Reads a function. Of the code that a file names, only ops on the class path are run.
   *
   * @throws CheckpointException if the file is damaged, of a newer format, or has an unknown op
   * @throws UncheckedIOException if the file cannot be read
   */
  public static SavedFunction load(Path file) {
    try (Scope _ = Scope.none()) {
      return Dispatch.eagerly(() -> read(file));
    }
  }

  private static SavedFunction read(Path file) {
    try {
      return of(FunctionFile.read(file), file);
    } catch (IOException e) {
      throw cannot("load", "read", file, e);
    }
  }

  /** Returns the function in a file's contents. */
  static SavedFunction of(FunctionFile read, Path file) {
    FunctionReader reader = new FunctionReader(read.tensors());
    try {
      FunctionDefinition definition = reader.read(read.graph());
      return new SavedFunction(
          ConcreteFunction.of(definition), Collections.unmodifiableMap(reader.variables()));
    } catch (RuntimeException e) { // ops meet inputs that tracing never gives them
      String how = e instanceof IllegalArgumentException ? e.getMessage() : e.toString();
      CheckpointException refused = refused(file, how);
      refused.initCause(e);
      throw refused;
    }
  }

  private static UncheckedIOException cannot(String who, String what, Path file, IOException e) {
    return new UncheckedIOException(
        "SavedFunction." + who + ": cannot " + what + " " + file + ": " + Safetensors.reason(e), e);
  }

  private static CheckpointException refused(Path file, String why) {
    return new CheckpointException(
        "SavedFunction.load: "
            + file
            + ": "
            + Mismatch.oneLine(String.valueOf(why), LONGEST_MESSAGE));
  }

  static CheckpointException damaged(Path file, String how) {
    return refused(file, "the file is damaged, or no saved function: " + how);
  }

  /**
   * Calls the function with arguments of its signature, which {@link #toString} shows.
   *
   * <p>Where a class is not on the class path, a record is a map of its components, an array is a
   * list, and an enum constant is its name.
   *
   * @return the result, structured like that of the traced method
   * @throws IllegalArgumentException if the arguments do not match the signature
   */
  public Object call(Object... arguments) {
    return function.call(arguments);
  }

  /** Returns the function. */
  public ConcreteFunction function() {
    return function;
  }

  /** Returns the graph that runs. */
  public Graph graph() {
    return function.graph();
  }

  /** Returns the variables by name; of several with one name, the later ones get a number. */
  public Map<String, Variable> variables() {
    return variables;
  }

  /** Returns the variables that optimizers update. */
  public List<Variable> trainableVariables() {
    return variables.values().stream().filter(Variable::trainable).toList();
  }

  @Override
  public Map<String, Object> parts() {
    return Map.of("variables", variables);
  }

  /** Returns the signature, as {@link ConcreteFunction#toString} does. */
  @Override
  public String toString() {
    return function.toString();
  }
}
