package dev.tapedeck.train;

import dev.tapedeck.nn.Initializer;
import dev.tapedeck.ops.Context;
import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Operands;
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
 * A function of tensors with variables of its own: override {@link #call(Tensor)}, and {@link
 * #build} where variables depend on the input's shape.
 *
 * <pre>{@code
 * final class Linear extends Layer {
 *   private final int units;
 *   private Variable kernel;
 *
 *   Linear(int units) { this.units = units; }
 *
 *   @Override protected void build(Shape input) {
 *     kernel = addVariable("kernel", Initializers.glorotUniform(), input.size(-1), units);
 *   }
 *
 *   @Override protected Tensor call(Tensor x) { return x.matmul(kernel); }
 * }
 * }</pre>
 *
 * <p>Variables and layers in fields (also in lists, arrays, maps and records) are found by
 * themselves, and named by the fields: {@code hidden/kernel}. One that is reached twice counts
 * once.
 */
public abstract class Layer implements LazyTrackable {
  private static final ScopedValue<Boolean> TRAINING = ScopedValue.newInstance();

  static {
    Context.keep(TRAINING);
  }

  private final Map<String, Variable> added = new LinkedHashMap<>();
  private boolean built;
  private Runnable whenGrown;
  private DType dtype = DType.FLOAT32;
  private TensorSpec inputSpec;
  private Shape outputShape;

  /** For subclasses. */
  protected Layer() {}

  /**
   * Applies the layer to anything that tensors are made of; the first time, it builds its
   * variables. Within another layer's call, that one's {@code training} flag holds; elsewhere it is
   * off.
   */
  public final Tensor apply(Object input) {
    return apply(tensor(input), TRAINING.isBound() && TRAINING.get());
  }

  /**
   * Applies the layer with the {@code training} flag set for it and for the layers that it calls.
   */
  public final Tensor apply(Object input, boolean training) {
    boolean outermost = !TRAINING.isBound();
    if (!outermost && TRAINING.get() == training) {
      return run(tensor(input), training);
    }
    try {
      return ScopedValue.where(TRAINING, training).call(() -> run(tensor(input), training));
    } catch (RuntimeException e) {
      throw outermost ? LayerErrors.told(e) : e;
    }
  }

  private Tensor tensor(Object input) {
    if (input == null) {
      throw new IllegalArgumentException(
          LayerScope.type(this)
              + ": the input is null; give a tensor, or what tensors are made of");
    }
    return Operands.tensor(input);
  }

  private Tensor run(Tensor input, boolean training) {
    try {
      return output(input, training);
    } catch (RuntimeException e) {
      LayerErrors.leaves(this, e);
      throw e;
    }
  }

  private Tensor output(Tensor input, boolean training) {
    if (!built) {
      dtype = input.dtype().isFloating() ? input.dtype() : DType.FLOAT32;
      Dispatch.eagerly(
          () -> {
            buildOrUndo(input.shape());
            return null;
          });
      inputSpec = input.spec();
    }
    LayerInterceptor interceptor = LayerInterceptor.current();
    if (interceptor != null) {
      return interceptor.call(this, input, () -> call(input, training));
    }
    Tensor output =
        Dispatch.executingEagerly()
            ? call(input, training)
            : LayerScope.call(this, () -> call(input, training));
    if (output == null) {
      throw new IllegalStateException(LayerScope.type(this) + ": call returned null, not a tensor");
    }
    outputShape = output.shape();
    return output;
  }

  private void buildOrUndo(Shape input) {
    List<String> before = List.copyOf(added.keySet());
    boolean complete = false;
    try {
      if (whenGrown == null) {
        build(input);
        built = true;
      } else {
        // Values that a checkpoint is about to replace must not change what is drawn after them.
        RandomKey.aside(() -> build(input));
        built = true;
        whenGrown.run();
        whenGrown = null;
      }
      complete = true;
    } finally {
      if (!complete) {
        built = false;
        added.keySet().retainAll(before);
      }
    }
  }

  /** Makes the variables, given the first input's shape; does nothing by itself. */
  protected void build(Shape input) {}

  /** Returns the output; override this, or the form with the {@code training} flag. */
  protected Tensor call(Tensor input) {
    throw new UnsupportedOperationException(
        getClass().getName() + ": override call(Tensor), or call(Tensor, boolean)");
  }

  /** Returns the output, where training and use differ; by itself {@link #call(Tensor)}. */
  protected Tensor call(Tensor input, boolean training) {
    return call(input);
  }

  /**
   * Makes a trainable variable of this layer, of the input's floating point type.
   *
   * @throws IllegalArgumentException if the layer has one of this name, or a size is unknown
   */
  protected final Variable addVariable(String name, Initializer initializer, long... shape) {
    return add(Variable.of(initial(initializer, shape), name));
  }

  /** Makes a variable of this layer that optimizers leave alone. */
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
   * Returns the variables, layers and other trackable objects in the fields, and the variables made
   * by {@link #addVariable}; one that is in a field as well goes by the name it was added under.
   */
  @Override
  public Map<String, Object> parts() {
    Map<String, Object> parts =
        TrackedFields.of(this, this instanceof Model ? Model.class : Layer.class);
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

  /** Returns whether the layer waits for its first call to make its variables. */
  @Override
  public final boolean isAwaitingState() {
    return !built;
  }

  @Override
  public final void onStateCreated(Runnable action) {
    whenGrown = action;
  }

  /** Returns the layers directly within this one, by the names they have here. */
  final Map<String, Layer> children() {
    return LayerState.of(this).layers();
  }

  /** Returns all variables by their paths, {@code hidden/kernel}; a shared one once. */
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

  /** Returns the element type and shape of the first input, or null before the first call. */
  public final TensorSpec inputSpec() {
    return inputSpec;
  }

  /** Returns the shape of the latest output, or null before the first call. */
  final Shape outputShape() {
    return outputShape;
  }

  /**
   * Returns the class with what it holds: {@code Dense(kernel: (784, 10) float32, bias: ..)},
   * {@code Digits(hidden: Dense, logits: Dense)}.
   */
  @Override
  public String toString() {
    LayerState fields = LayerState.of(this);
    List<String> held = new ArrayList<>();
    fields.variables().forEach((name, variable) -> held.add(name + ": " + variable.spec()));
    fields.layers().forEach((name, layer) -> held.add(name + ": " + LayerScope.type(layer)));
    return LayerScope.type(this) + "(" + String.join(", ", held) + ")";
  }
}
