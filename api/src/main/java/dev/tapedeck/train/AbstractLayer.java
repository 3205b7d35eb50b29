package dev.tapedeck.train;

import dev.tapedeck.function.TensorTree;
import dev.tapedeck.nn.Initializer;
import dev.tapedeck.ops.Context;
import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.tracking.LazyTrackable;
import dev.tapedeck.tracking.TrackedFields;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Base of {@link Layer}, a function of one tensor, and {@link LayerOf}, a function of tensors in a
 * record, list or map: what has variables and layers of its own.
 *
 * @param <I> input: a tensor, or a record, list, array or map of tensors
 * @param <O> output, as the input
 */
public abstract sealed class AbstractLayer<I, O> implements LazyTrackable permits Layer, LayerOf {
  private static final ScopedValue<Boolean> TRAINING = ScopedValue.newInstance();

  static {
    Context.keep(TRAINING);
  }

  private final Map<String, Variable> added = new LinkedHashMap<>();
  private boolean built;
  private Runnable onStateCreated;
  private DType dtype = DType.FLOAT32;
  private TensorTree inputs;
  private TensorTree outputs;
  private String name;
  private boolean trainable = true;

  AbstractLayer() {}

  /** Returns the output, with the {@code training} flag of the calling layer; off without one. */
  final O run(I input) {
    return run(input, TRAINING.isBound() && TRAINING.get());
  }

  /** Returns the output with the {@code training} flag set for this layer and those it calls. */
  final O run(I input, boolean training) {
    boolean outermost = !TRAINING.isBound();
    if (!outermost && TRAINING.get() == training) {
      return passing(input, training);
    }
    try {
      return ScopedValue.where(TRAINING, training).call(() -> passing(input, training));
    } catch (RuntimeException e) {
      throw outermost ? LayerErrors.withPath(e) : e;
    }
  }

  private O passing(I input, boolean training) {
    try {
      return output(input, training);
    } catch (RuntimeException e) {
      LayerErrors.pass(this, e);
      throw e;
    }
  }

  private O output(I input, boolean training) {
    if (!built) {
      TensorTree given = TensorTree.of(input, new ArrayList<>());
      dtype = floating(given);
      Dispatch.eagerly(
          () -> {
            buildOrUndo(input);
            return null;
          });
      inputs = given;
    }
    LayerInterceptor interceptor = LayerInterceptor.current();
    if (interceptor != null) {
      return interceptor.call(this, input, () -> call(input, training));
    }
    O output =
        Dispatch.executingEagerly()
            ? call(input, training)
            : LayerScope.call(this, () -> call(input, training));
    if (output == null) {
      throw new IllegalStateException(LayerNames.type(this) + ": call returned null, not a tensor");
    }
    if (outputs == null || !outputs.fits(output)) {
      outputs = TensorTree.of(output, new ArrayList<>());
    }
    return output;
  }

  /** Returns the first floating point type among inputs; float32 if there is none. */
  private static DType floating(TensorTree given) {
    return given.specs().stream()
        .map(TensorSpec::dtype)
        .filter(DType::isFloating)
        .findFirst()
        .orElse(DType.FLOAT32);
  }

  private void buildOrUndo(I input) {
    List<String> before = List.copyOf(added.keySet());
    boolean complete = false;
    try {
      if (onStateCreated == null) {
        build(input);
        built = true;
      } else {
        // Initial values that a checkpoint then replaces must not change later random draws.
        RandomKey.aside(() -> build(input));
        built = true;
        onStateCreated.run();
        onStateCreated = null;
      }
      complete = true;
    } finally {
      if (!complete) {
        built = false;
        added.keySet().retainAll(before);
      }
    }
  }

  /**
   * Creates the variables for the first input, of which only types and shapes may be read; does
   * nothing by default.
   */
  protected void build(I input) {}

  /** Returns the output; override this, or the form with the {@code training} flag. */
  protected O call(I input) {
    throw new UnsupportedOperationException(
        getClass().getName() + ": override call(input), or call(input, training)");
  }

  /** Returns the output, if training changes it; by default that of {@code call(input)}. */
  protected O call(I input, boolean training) {
    return call(input);
  }

  /**
   * Creates a trainable variable of this layer, of the input's floating-point type.
   *
   * @throws IllegalArgumentException if the layer has one of this name, or a size is unknown
   */
  protected final Variable addVariable(String name, Initializer initializer, long... shape) {
    return add(Variable.of(initial(initializer, shape), name));
  }

  /** Creates a non-trainable variable of this layer, which optimizers do not change. */
  protected final Variable addUntrainable(String name, Initializer initializer, long... shape) {
    return add(Variable.untrainable(initial(initializer, shape), name));
  }

  private Tensor initial(Initializer initializer, long... shape) {
    return initializer.create(RandomKey.next(), new TensorSpec(dtype, Shape.of(shape)));
  }

  private Variable add(Variable variable) {
    if (added.putIfAbsent(variable.name(), variable) != null) {
      throw new IllegalArgumentException(
          getClass().getSimpleName() + ": has a variable \"" + variable.name() + "\" already");
    }
    return variable;
  }

  /**
   * Returns the variables, layers and other trackable objects in the fields, and the variables of
   * {@link #addVariable}; one that is also in a field has the name it was added under.
   */
  @Override
  public Map<String, Object> parts() {
    Map<String, Object> parts = TrackedFields.of(this, AbstractLayer.class);
    parts.values().removeIf(part -> added.containsValue(part));
    added.forEach(
        (name, variable) -> {
          if (parts.put(name, variable) != null) {
            throw new IllegalStateException(
                getClass().getSimpleName() + ": two variables are named \"" + name + "\"");
          }
        });
    return parts;
  }

  /** Returns whether the first call, which creates the variables, is still to come. */
  @Override
  public final boolean isAwaitingState() {
    return !built;
  }

  @Override
  public final void onStateCreated(Runnable action) {
    onStateCreated = action;
  }

  /** Returns whether an error names this layer when its caller called it directly, as well. */
  boolean isNamedInOwnErrors() {
    return false; // the caller knows which one it is
  }

  /** Returns the layers directly within this one, by the names they have here. */
  final Map<String, AbstractLayer<?, ?>> children() {
    return LayerState.of(this).layers();
  }

  /** Returns all variables by path, {@code hidden/kernel}; a shared one once. */
  public final Map<String, Variable> namedVariables() {
    return LayerState.variables(this);
  }

  /** Returns all variables, this layer's own first. */
  public final List<Variable> variables() {
    return NamedVariables.of(this, any -> true);
  }

  /** Returns the variables that training changes. */
  public final List<Variable> trainableVariables() {
    return NamedVariables.of(this, Variable::trainable);
  }

  /** Returns the structure of the first input, or null before the first call. */
  public final TensorTree inputTree() {
    return inputs;
  }

  /** Returns the structure of the latest output, or null before the first call. */
  public final TensorTree outputTree() {
    return outputs;
  }

  /**
   * Returns the class with its variables and layers: {@code Dense(kernel: (784, 10) float32, bias:
   * ..)}, {@code Digits(hidden: Dense, logits: Dense)}.
   */
  @Override
  public String toString() {
    LayerState state = LayerState.of(this);
    List<String> held = new ArrayList<>();
    state.variables().forEach((name, variable) -> held.add(name + ": " + variable.spec()));
    state.layers().forEach((name, layer) -> held.add(name + ": " + LayerNames.type(layer)));
    return LayerNames.type(this) + "(" + String.join(", ", held) + ")";
  }
}
