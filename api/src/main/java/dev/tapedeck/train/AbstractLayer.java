package dev.tapedeck.train;

import dev.tapedeck.config.Records;
import dev.tapedeck.function.TensorTree;
import dev.tapedeck.nn.Initializer;
import dev.tapedeck.nn.Regularizer;
import dev.tapedeck.ops.Autocast;
import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.tracking.LazyTrackable;
import dev.tapedeck.tracking.TrackedFields;
import java.util.ArrayList;
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
  private final LayerVariables own = new LayerVariables();
  private Record arguments;
  private String name;
  private String defaultName;
  private boolean trainable = true;
  private DTypePolicy policy = DTypePolicy.global();
  private TensorTree inputs;
  private TensorTree outputs;
  private List<Tensor> addedLosses = List.of();
  private boolean warnedOfMask;
  private SymbolicCall.OfLayer<I, O> symbolic;

  /**
   * Makes a layer.
   *
   * @param arguments the arguments by name; null for none
   */
  AbstractLayer(Record arguments) {
    this.arguments = arguments;
  }

  /** Returns the output, with the {@code training} flag of the calling layer; off without one. */
  final O run(I input) {
    return run(input, null);
  }

  /**
   * Returns the output.
   *
   * @param training the flag for this layer and those that it calls; null for the calling layer's
   */
  final O run(I input, Boolean training) {
    if (SymbolicCall.isIn(input)) {
      symbolic = SymbolicCall.OfLayer.of(this, input, training);
      return symbolic.output();
    }
    CallContext calling = CallContext.current();
    if (calling != null) {
      return training == null || training == calling.training()
          ? passing(input, calling)
          : inContext(input, calling.withTraining(training));
    }
    CallContext outermost = CallContext.outermost(training != null && training);
    try {
      O output = inContext(input, outermost);
      addedLosses = outermost.losses();
      return output;
    } catch (RuntimeException e) {
      throw LayerErrors.withPath(e);
    }
  }

  private O inContext(I input, CallContext context) {
    return context.call(() -> passing(input, context));
  }

  private O passing(I input, CallContext context) {
    try {
      return output(input, context);
    } catch (RuntimeException e) {
      LayerErrors.pass(this, e);
      throw e;
    }
  }

  private O output(I given, CallContext context) {
    return policy == null
        ? called(given, context)
        : Autocast.in(policy.compute(), () -> called(policy.cast(given), context));
  }

  private O called(I input, CallContext context) {
    if (!own.built()) {
      build(input, TensorTree.of(input, new ArrayList<>()));
    }
    LayerInterceptor interceptor = LayerInterceptor.current();
    boolean training = context.training();
    O output =
        interceptor != null
            ? interceptor.call(this, input, () -> call(input, training))
            : Dispatch.executingEagerly()
                ? call(input, training)
                : LayerScope.call(this, () -> call(input, training));
    if (output == null) {
      throw new IllegalStateException(LayerNames.type(this) + ": call returned null, not a tensor");
    }
    if (outputs == null || !outputs.fits(output)) {
      outputs = TensorTree.of(output, new ArrayList<>());
    }
    Regularizer penalty = activityRegularizer();
    if (penalty != null) {
      context.losses().addAll(ActivityLoss.of(penalty, output));
    }
    return passMask(input, output);
  }

  /** Returns the output with the input's mask, if the layer passes masks on. */
  O passMask(I input, O output) {
    return output;
  }

  /** Warns once that the layer drops a mask. */
  final void warnOfDroppedMask() {
    if (!warnedOfMask) {
      warnedOfMask = true;
      LayerNames.warnOfDroppedMask(this);
    }
  }

  private void build(I input, TensorTree given) {
    own.create(() -> build(input), policy == null ? floating(given) : policy.variable());
    inputs = given;
  }

  /** Returns the first floating point type among inputs; float32 if there is none. */
  private static DType floating(TensorTree given) {
    return given.specs().stream()
        .map(TensorSpec::dtype)
        .filter(DType::isFloating)
        .findFirst()
        .orElse(DType.FLOAT32);
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
  protected final Variable addVariable(String variable, Initializer initializer, long... shape) {
    return addVariable(new WeightSpec(variable, initializer, shape));
  }

  /** Creates a non-trainable variable of this layer, which optimizers do not change. */
  protected final Variable addUntrainable(String variable, Initializer initializer, long... shape) {
    return addVariable(new WeightSpec(variable, initializer, shape).untrainable());
  }

  /**
   * Creates a variable of this layer, of the input's floating-point type.
   *
   * @throws IllegalArgumentException if the layer has one of this name
   */
  protected final Variable addVariable(WeightSpec spec) {
    return own.add(LayerNames.type(this), spec);
  }

  /** Adds a loss of this call, a scalar, to those that training minimizes; see {@link #losses}. */
  protected final void addLoss(Tensor loss) {
    BatchCheck.requireOneNumber(loss);
    CallContext context = CallContext.current();
    if (context == null) {
      throw new IllegalStateException(
          LayerNames.type(this) + ": addLoss was called outside of a layer's call; call it there");
    }
    context.losses().add(loss);
  }

  /**
   * Returns the losses beside that of the predictions: those that layers added in the latest call
   * from outside, and the penalties of the variables that training changes.
   */
  public final List<Tensor> losses() {
    List<Tensor> all = new ArrayList<>(addedLosses);
    LayerState.trainableLayers(this).forEach(layer -> all.addAll(layer.ownPenalties()));
    return all;
  }

  private List<Tensor> ownPenalties() {
    return own.penalties();
  }

  /**
   * Returns the penalty on the output, divided by the batch size, that is added to the loss; null,
   * the default, for none.
   */
  protected Regularizer activityRegularizer() {
    return null;
  }

  /**
   * Returns a new layer of the same arguments and name, with variables of its own that its first
   * call creates.
   *
   * @throws IllegalStateException if the class keeps no arguments
   */
  public AbstractLayer<I, O> copy() {
    return LayerCopies.of(this);
  }

  /** Returns the arguments by name; null for a layer that keeps none. */
  public final Record arguments() {
    return arguments;
  }

  /**
   * Replaces one of the arguments.
   *
   * @throws IllegalStateException after the first call, which makes the variables
   * @throws IllegalArgumentException if the record refuses it
   */
  protected final void replaceArgument(String argument, Object value) {
    requireUnbuilt(argument);
    arguments = Records.with(arguments, argument, value);
  }

  private void requireUnbuilt(String argument) {
    if (own.built()) {
      throw new IllegalStateException(
          LayerNames.type(this)
              + ": "
              + argument
              + " has no effect after the first call; set it before");
    }
  }

  /** Returns the name that was given, or the class in snake case, numbered: {@code dense_1}. */
  public final String name() {
    if (name != null) {
      return name;
    }
    if (defaultName == null) {
      defaultName = LayerNames.unique(this);
    }
    return defaultName;
  }

  /** Returns the name that was given; null for none. */
  final String givenName() {
    return name;
  }

  final void rename(String given) {
    name = LayerNames.require(given);
  }

  /** Returns the types of variables and computation; null where the first input decides. */
  public final DTypePolicy dtypePolicy() {
    return policy;
  }

  final void choose(DTypePolicy chosen) {
    requireUnbuilt("dtype");
    policy = chosen;
  }

  /** Returns whether training changes the layer; false also freezes the layers within it. */
  public final boolean trainable() {
    return trainable;
  }

  final void freeze(boolean mayTrain) {
    trainable = mayTrain;
    children().values().forEach(child -> child.freeze(mayTrain));
  }

  /**
   * Returns the variables, layers and other trackable objects in the fields, and the variables of
   * {@link #addVariable}; one that is also in a field has the name it was added under.
   */
  @Override
  public Map<String, Object> parts() {
    Map<String, Object> parts = TrackedFields.of(this, AbstractLayer.class);
    own.putInto(parts, LayerNames.type(this));
    return parts;
  }

  /** Returns whether the first call, which creates the variables, is still to come. */
  @Override
  public final boolean isAwaitingState() {
    return !own.built();
  }

  @Override
  public final void onStateCreated(Runnable action) {
    own.onStateCreated(action);
  }

  /** Returns whether an error names this layer when its caller called it directly, as well. */
  boolean isNamedInOwnErrors() {
    return false; // the caller knows which one it is
  }

  /** Returns the layers directly within this one, by the names they have here. */
  final Map<String, AbstractLayer<?, ?>> children() {
    return LayerState.of(this).layers();
  }

  /** Returns the layers directly within this one. */
  public final List<AbstractLayer<?, ?>> layers() {
    return List.copyOf(children().values());
  }

  /**
   * Returns a layer within this one.
   *
   * @param path the name it has here, or was given: {@code dense_1}; a path for one within another,
   *     {@code block/dense}
   * @throws IllegalArgumentException if there is none
   */
  public final AbstractLayer<?, ?> layer(String path) {
    return LayerNames.find(this, path);
  }

  /** Returns all variables by path, {@code hidden/kernel}; a shared one once. */
  public final Map<String, Variable> namedVariables() {
    return LayerState.variables(this);
  }

  /** Returns all variables, this layer's own first. */
  public final List<Variable> variables() {
    return NamedVariables.of(namedVariables());
  }

  /** Returns the variables that training changes: trainable ones of trainable layers. */
  public final List<Variable> trainableVariables() {
    return NamedVariables.of(LayerState.trainableVariables(this));
  }

  /** Returns the number of elements of all variables. */
  public final long countParams() {
    return variables().stream().mapToLong(variable -> variable.shape().count()).sum();
  }

  /** Returns copies of the values of all variables. */
  public final List<Tensor> getWeights() {
    return variables().stream().map(Variable::value).toList();
  }

  /**
   * Assigns to all variables.
   *
   * @param weights values in the order of {@link #variables}
   * @throws IllegalArgumentException if number, types or shapes differ; no variable is changed then
   */
  public final void setWeights(List<?> weights) {
    LayerState.assign(this, weights);
  }

  /** Returns the structure of the first input, or null before the first call. */
  public final TensorTree inputTree() {
    return inputs;
  }

  /** Returns the structure of the latest output, or null before the first call. */
  public final TensorTree outputTree() {
    return outputs;
  }

  /** Sets the structures of input and output of a model that is made of symbols. */
  final void shapes(I input, O output) {
    inputs = TensorTree.of(input, new ArrayList<>());
    outputs = TensorTree.of(output, new ArrayList<>());
    own.create(() -> {}, DType.FLOAT32);
  }

  /** Returns the recorded calls of a functional model; null for any other layer. */
  FunctionalGraph<I, O> graph() {
    return null;
  }

  /**
   * Returns the input of a functional model, or of the layer's latest call with symbols.
   *
   * @throws IllegalStateException if there was none
   */
  public final I input() {
    return graph() == null ? symbolic().input() : graph().inputs();
  }

  /**
   * Returns the output of a functional model, or of the layer's latest call with symbols.
   *
   * @throws IllegalStateException if there was none
   */
  public final O output() {
    return graph() == null ? symbolic().output() : graph().outputs();
  }

  private SymbolicCall.OfLayer<I, O> symbolic() {
    if (symbolic == null) {
      throw new IllegalStateException(
          LayerNames.type(this)
              + ": has no symbolic input and output; apply it to Input.of(..) first, or make the"
              + " model of symbols, as Model.of(input, output)");
    }
    return symbolic;
  }

  /**
   * Returns the class with its variables and layers: {@code Dense(kernel: (784, 10) float32, bias:
   * ..)}, {@code Digits(hidden: Dense, logits: Dense)}.
   */
  @Override
  public String toString() {
    return LayerNames.describe(this);
  }
}
