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
 * A function in a file: its graph and the variables that it reads and assigns to, without the
 * classes that it was made of.
 *
 * <pre>{@code
 * SavedFunction.save(digits.concreteFunction(images), Path.of("digits.tapedeck"));
 *
 * SavedFunction digits = SavedFunction.load(Path.of("digits.tapedeck")); // in another program
 * Tensor logits = (Tensor) digits.call(images);
 * }</pre>
 *
 * <p>Variables are loaded as new ones, of the same names and values, which can be trained on.
 * Random draws take their keys from where they took them: a generator of its own goes on where it
 * was saved, the process's generator is that of the process that loads. docs/saved-functions.md
 * describes the file.
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
   * Writes a function to a file, whose folder is made if it does not exist.
   *
   * @throws IllegalStateException if Java code in the function reads values of tensors, so that its
   *     graph holds for these alone
   * @throws IllegalArgumentException if it has ops that are made of Java code, or arguments that
   *     are no data
   * @throws UncheckedIOException if the file cannot be written; a former one is still there
   */
  public static void save(ConcreteFunction function, Path file) {
    try (Scope _ = new Scope()) {
      FunctionWriter.of(function.definition()).write(file);
    } catch (IOException e) {
      throw cannot("save", "write", file, e);
    }
  }

  /**
   * Reads a function. It runs no code that a file names, but that of the ops on the class path.
   *
   * @throws CheckpointException if the file is damaged, of a newer format, or has an op that this
   *     program does not know
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

  /** Returns the function of what a file holds. */
  static SavedFunction of(FunctionFile read, Path file) {
    FunctionReader reader = new FunctionReader(read.tensors());
    try {
      FunctionDefinition definition = reader.read(read.graph());
      return new SavedFunction(
          ConcreteFunction.of(definition), Collections.unmodifiableMap(reader.variables()));
    } catch (RuntimeException e) { // ops are given what they never are by themselves
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
   * Calls the function with arguments of its signature, {@link #toString}.
   *
   * <p>A record that it takes or gives is a map of its components where the class is not on the
   * class path, an array is a list, and the constant of an enum is its name.
   *
   * @return what the method returned that it was traced from
   * @throws IllegalArgumentException if the arguments are of another signature
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

  /** Returns the variables by name; of several of one name, the later have a number behind it. */
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
