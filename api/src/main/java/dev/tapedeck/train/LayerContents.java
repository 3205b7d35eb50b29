package dev.tapedeck.train;

import dev.tapedeck.config.Records;
import dev.tapedeck.nn.Initializer;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tracking.LazyTrackable;
import dev.tapedeck.tracking.TrackedFields;
import java.util.List;
import java.util.Map;

/** What a layer holds: variables, layers and arguments, their names, and whether it is trained. */
abstract sealed class LayerContents implements LazyTrackable permits AbstractLayer {
  private final LayerVariables own = new LayerVariables();
  private Record arguments;
  private String name;
  private String defaultName;
  private boolean trainable = true;
  private DTypePolicy policy = DTypePolicy.global();
  private String quantizationMode;

  LayerContents(Record arguments) {
    this.arguments = arguments;
  }

  /** Returns this as the layer that it is. */
  private AbstractLayer<?, ?> self() {
    return (AbstractLayer<?, ?>) this;
  }

  /** Returns the variables that the first call creates. */
  final LayerVariables created() {
    return own;
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
    return own.add(LayerNames.type(self()), spec);
  }

  /**
   * Puts a variable of another type, which training does not change and mixed precision does not
   * cast, in place of one of this layer, for {@link AbstractLayer#quantize}; returns it.
   */
  protected final Variable replaceVariable(Variable former, Tensor value) {
    return own.replace(former, value);
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
    recordArgument(argument, value);
  }

  /** Replaces one of the arguments after a change of this layer that it describes, for copies. */
  protected final void recordArgument(String argument, Object value) {
    arguments = Records.with(arguments, argument, value);
  }

  private void requireUnbuilt(String argument) {
    if (own.built()) {
      throw new IllegalStateException(
          LayerNames.type(self())
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
      defaultName = LayerNames.unique(self());
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

  /** Returns how the weights are stored, {@code int8} or {@code float16}; null if in full. */
  public final String quantizationMode() {
    return quantizationMode;
  }

  final void quantizedTo(String mode) {
    quantizationMode = mode;
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
    own.putInto(parts, LayerNames.type(self()));
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

  /** Returns the layers directly within this one, by the names they have here. */
  final Map<String, AbstractLayer<?, ?>> children() {
    return LayerState.of(self()).layers();
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
    return LayerNames.find(self(), path);
  }

  /** Returns all variables by path, {@code hidden/kernel}; a shared one once. */
  public final Map<String, Variable> namedVariables() {
    return LayerState.variables(self());
  }

  /** Returns all variables, this layer's own first. */
  public final List<Variable> variables() {
    return NamedVariables.of(namedVariables());
  }

  /** Returns the variables that training changes: trainable ones of trainable layers. */
  public final List<Variable> trainableVariables() {
    return NamedVariables.of(LayerState.trainableVariables(self()));
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
    LayerState.assign(self(), weights);
  }

  /**
   * Returns the class with its arguments, variables and layers: {@code Dense(units=10, .., kernel:
   * float32 (784, 10), ..)}, {@code Digits(hidden: Dense, logits: Dense)}.
   */
  @Override
  public String toString() {
    return LayerNames.describe(self());
  }
}
