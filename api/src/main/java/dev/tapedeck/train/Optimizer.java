package dev.tapedeck.train;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.config.Records;
import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Errors;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.SymbolicTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tracking.LazyTrackable;
import dev.tapedeck.tracking.TrackedFields;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * An update rule that changes variables by their gradients; a subclass updates one variable.
 *
 * <p>State of a variable between steps, such as a momentum, is in its slots. All optimizers take
 * the {@link OptimizerOptions}, by methods of their names, before the first step:
 *
 * <pre>{@code
 * Optimizer optimizer = new Adam(1e-3).weightDecay(0.01).globalClipnorm(1);
 * }</pre>
 *
 * <p>The gradients of a step are divided by {@code lossScaleFactor}, averaged over {@code
 * gradientAccumulationSteps} calls, and clipped; then weights decay, the rule updates the variable,
 * its moving average follows, and its constraint is applied.
 *
 * @see PointwiseOptimizer
 */
public abstract class Optimizer implements LazyTrackable {
  private final Variable iterations;
  private final Variable learningRate;
  private final LearningRateSchedule schedule;
  private final OptimizerSlots slots = new OptimizerSlots();
  private final WeightDecay decay = new WeightDecay();
  private final MovingAverages averages = new MovingAverages(slots);
  private final Map<Variable, String> paths = new IdentityHashMap<>();
  private Record arguments;
  private OptimizerOptions options = OptimizerOptions.DEFAULT;
  private UpdateStages stages = new UpdateStages(options);
  private StepScalars scalars;
  private boolean built;

  /** Creates an optimizer with a learning rate of 0 or more. */
  protected Optimizer(double learningRate) {
    this(LearningRateSchedule.constant(learningRate), null);
  }

  /**
   * Creates an optimizer that keeps its arguments.
   *
   * @param arguments a record whose components are the arguments by name, from which printing,
   *     copying and files come; a constructor takes it alone; null for none
   */
  protected Optimizer(LearningRateSchedule learningRate, Record arguments) {
    this.arguments = arguments;
    schedule =
        Objects.requireNonNull(
            learningRate, "optimizer: the learning rate is null; give a number or a schedule");
    iterations = Variable.untrainable(0L, "iterations");
    this.learningRate = Variable.untrainable(rateOf(0), "learning_rate");
  }

  /**
   * Creates an optimizer that has others take the steps, and has the learning rate of one of them.
   *
   * @param iterations number of steps taken: int64, a scalar
   */
  protected Optimizer(Optimizer inner, Variable iterations, Record arguments) {
    this.arguments = arguments;
    this.iterations = iterations;
    schedule = inner.schedule;
    learningRate = inner.learningRate;
  }

  private float rateOf(long step) {
    return Dispatch.eagerly(() -> (float) schedule.at(Tensor.of((double) step)).item());
  }

  /** Returns the arguments by name; null for an optimizer that keeps none. */
  public Record arguments() {
    return arguments;
  }

  /** Replaces an argument by its name, before the first step. */
  protected final void argument(String argument, Object value) {
    requireUnbuilt(argument);
    arguments = Records.with(arguments, argument, value);
  }

  private void requireUnbuilt(String argument) {
    if (built) {
      throw new IllegalStateException(
          type() + ": " + argument + " is set after the first step; set it before");
    }
  }

  /** Returns the arguments that all optimizers have. */
  public final OptimizerOptions options() {
    return options;
  }

  private Optimizer with(String option, Object value) {
    require(option, value);
    return set(Records.with(options, option, value));
  }

  private void require(String option, Object value) {
    requireUnbuilt(option);
    if (!takes(option)) {
      throw Refusal.of(
          type(), "takes no " + option, value, "set it on the optimizers that take the steps");
    }
  }

  private Optimizer set(OptimizerOptions changed) {
    options = changed;
    stages = new UpdateStages(options);
    return this;
  }

  /** Sets the arguments that all optimizers have, before the first step; returns this optimizer. */
  public final Optimizer options(OptimizerOptions changed) {
    List<Object> before = Records.components(options);
    List<Object> after = Records.components(changed);
    List<String> names = Records.names(OptimizerOptions.class);
    for (int i = 0; i < names.size(); i++) {
      if (!Objects.equals(before.get(i), after.get(i))) {
        require(names.get(i), after.get(i));
      }
    }
    return set(changed);
  }

  /** Returns whether this optimizer takes one of the {@link OptimizerOptions}; by default true. */
  protected boolean takes(String option) {
    return true;
  }

  /** Returns what the options have done before and after the rule. */
  final UpdateStages stages() {
    return stages;
  }

  /**
   * Sets a fraction of each weight that a step takes away, times the learning rate; by default
   * none. Biases and gains of normalizations are decayed, too, unless {@link
   * #excludeFromWeightDecay} leaves them out.
   *
   * <p>I. Loshchilov, F. Hutter, "Decoupled Weight Decay Regularization", ICLR 2019.
   */
  public final Optimizer weightDecay(double weightDecay) {
    return with("weightDecay", weightDecay);
  }

  /**
   * Leaves out of the weight decay variables whose paths have a match of one of these regular
   * expressions: {@code excludeFromWeightDecay("bias", "gamma", "beta")}.
   */
  public final Optimizer excludeFromWeightDecay(String... patterns) {
    requireUnbuilt("excludeFromWeightDecay");
    decay.exclude(patterns);
    return this;
  }

  /** Leaves variables out of the weight decay. */
  public final Optimizer excludeFromWeightDecay(List<Variable> variables) {
    requireUnbuilt("excludeFromWeightDecay");
    decay.exclude(variables);
    return this;
  }

  /** Sets the largest norm of each gradient, to which a longer one is shortened. */
  public final Optimizer clipnorm(double clipnorm) {
    return with("clipnorm", clipnorm);
  }

  /** Sets the largest absolute value of a gradient's elements. */
  public final Optimizer clipvalue(double clipvalue) {
    return with("clipvalue", clipvalue);
  }

  /** Sets the largest norm of all gradients together, to which longer ones are shortened. */
  public final Optimizer globalClipnorm(double globalClipnorm) {
    return with("globalClipnorm", globalClipnorm);
  }

  /**
   * Sets whether to keep an exponential moving average of each variable, in its slot {@code
   * average}; by default false. {@code fit} sets the variables to their averages at its end.
   */
  public final Optimizer useEma(boolean useEma) {
    return with("useEma", useEma);
  }

  /** Sets the weight of the former average, in [0, 1]; by default 0.99. */
  public final Optimizer emaMomentum(double emaMomentum) {
    return with("emaMomentum", emaMomentum);
  }

  /** Sets the number of steps after which variables are set to their averages; by default never. */
  public final Optimizer emaOverwriteFrequency(int emaOverwriteFrequency) {
    return with("emaOverwriteFrequency", emaOverwriteFrequency);
  }

  /** Sets a factor of the loss, by which gradients are divided again; by default none. */
  public final Optimizer lossScaleFactor(double lossScaleFactor) {
    return with("lossScaleFactor", lossScaleFactor);
  }

  /** Sets the number of gradients whose mean makes one step, 2 or more; by default 1. */
  public final Optimizer gradientAccumulationSteps(int gradientAccumulationSteps) {
    return with("gradientAccumulationSteps", gradientAccumulationSteps);
  }

  /** Returns the number of calls of {@link #applyGradients}; a global step. */
  public final Variable iterations() {
    return iterations;
  }

  /**
   * Returns the learning rate of the latest step, or of the first one before it. It may be assigned
   * to, unless a schedule gives it: each step assigns it then.
   */
  public final Variable learningRate() {
    return learningRate;
  }

  /** Returns the learning rate as a function of the step. */
  public final LearningRateSchedule schedule() {
    return schedule;
  }

  /**
   * Takes a step: changes each variable by its gradient.
   *
   * @throws IllegalArgumentException if the lists differ in length, or a gradient is null (the loss
   *     does not depend on the variable), or differs from its variable in shape or type
   * @throws IllegalStateException if a gradient's value is gone: its memory was released, or it is
   *     the value of a variable that was assigned to since. No variable is changed then, either
   */
  public final void applyGradients(List<Tensor> gradients, List<Variable> variables) {
    GradientCheck.requireFit(gradients, variables);
    NumericsCheck check = NumericsCheck.current();
    if (check != null) {
      check.gradientsAre(gradients, variables);
      return;
    }
    List<Tensor> kept = gradients.stream().map(Optimizer::apartFromVariables).toList();
    Dispatch.nameScope(
        name(),
        () -> {
          step(kept, variables);
          return iterations;
        });
  }

  /** Returns a gradient that does not change while the step writes into variables. */
  private static Tensor apartFromVariables(Tensor gradient) {
    return switch (gradient) {
      case EagerTensor known when known.isShared() -> {
        EagerTensor copy = EagerTensor.allocate(known.spec());
        Elements.copy(known, copy);
        yield copy;
      }
      case EagerTensor known -> known;
      case SymbolicTensor traced -> Dispatch.stager().isReading(traced) ? traced.mul(1) : traced;
    };
  }

  /** Creates the slots of variables; {@link #applyGradients} does it, too. */
  public void build(List<Variable> variables) {
    built = true;
    for (int i = 0; i < variables.size(); i++) {
      paths.putIfAbsent(variables.get(i), NamedVariables.name(variables, i));
    }
    variables.forEach(this::build);
    if (options.useEma()) {
      variables.forEach(averages::of);
    }
    if (options.gradientAccumulationSteps() != null) {
      variables.forEach(variable -> slot(variable, GradientAccumulation.SLOT));
    }
  }

  /** Changes all variables by their gradients, which were checked, and counts the step. */
  protected void step(List<Tensor> gradients, List<Variable> variables) {
    build(variables);
    Tensor number = iterations.add(1L);
    if (!(schedule instanceof LearningRateSchedule.Constant)) {
      Tensor rate = schedule.at(Casting.cast(iterations, DType.FLOAT64));
      learningRate.assign(Casting.cast(rate, DType.FLOAT32));
    }
    Integer every = options.gradientAccumulationSteps();
    if (every == null) {
      update(gradients, variables, number);
    } else {
      Tensor updates = Maths.floorDiv(iterations, (long) every).add(1L);
      new GradientAccumulation(every, slots)
          .add(gradients, variables, number, means -> update(means, variables, updates));
      scalars = new StepScalars(learningRate, updates);
    }
    if (options.useEma() && !averagesWithUpdate()) {
      variables.forEach(variable -> apply(stages.average(), variable, null, null));
    }
    for (Variable variable : variables) {
      if (variable.constraint() != null) {
        variable.assign(variable.constraint().apply(variable.reading()));
      }
    }
    iterations.assign(number);
    scalars = null;
  }

  private void update(List<Tensor> gradients, List<Variable> variables, Tensor number) {
    scalars = new StepScalars(learningRate, number);
    beginStep(number);
    List<Tensor> clipping = stages.clipping(gradients);
    for (int i = 0; i < variables.size(); i++) {
      try {
        change(variables.get(i), gradients.get(i), clipping.get(i));
      } catch (RuntimeException e) {
        String variable = NamedVariables.name(variables, i);
        throw Errors.withMessage(e, type() + ": variable \"" + variable + "\": " + e.getMessage());
      }
    }
  }

  /**
   * Changes a variable by its gradient, as the options say and by the rule.
   *
   * @param clipping factor that clips the gradient to a norm; null for none
   */
  void change(Variable variable, Tensor gradient, Tensor clipping) {
    Double fraction = weightDecay(variable);
    if (fraction != null) {
      apply(stages.decay(fraction), variable, null, null);
    }
    update(variable, stages.transformed(gradient, clipping));
  }

  /** Returns whether the moving average is part of the rule's pass over memory. */
  boolean averagesWithUpdate() {
    return false;
  }

  /** Returns the weight decay of a variable; null for none. */
  protected Double weightDecay(Variable variable) {
    Double fraction = options.weightDecay();
    return fraction == null || decay.isExcluded(variable, path(variable)) ? null : fraction;
  }

  /**
   * Returns the path of a variable in the model that gave it, {@code encoder/hidden/kernel}; its
   * name alone if it came from no model.
   */
  protected final String path(Variable variable) {
    return paths.getOrDefault(variable, variable.name());
  }

  /** Returns variables as a list that knows their paths, for another optimizer. */
  protected final List<Variable> withPaths(List<Variable> variables) {
    return NamedVariables.of(variables, this::path);
  }

  /**
   * Returns the loss whose gradients this optimizer takes; the loss itself, unless it scales it.
   */
  public Tensor scaleLoss(Tensor loss) {
    return options.lossScaleFactor() == null ? loss : loss.mul(options.lossScaleFactor());
  }

  /** Computes the gradients of a loss, and takes a step. */
  public final void minimize(Supplier<Tensor> loss, List<Variable> variables) {
    try (GradientTape tape = new GradientTape()) {
      applyGradients(tape.gradient(scaleLoss(loss.get()), variables), variables);
    }
  }

  /**
   * Sets variables to their moving averages, if the optimizer keeps them; {@code fit} does so at
   * its end.
   */
  public void finalizeVariableValues(List<Variable> variables) {
    if (options.useEma()) {
      build(variables);
      averages.finish(variables);
    }
  }

  /**
   * Exchanges the values of variables and their moving averages, so that the variables hold the
   * averages, as for an evaluation, or their own values again, as a step needs them; does nothing
   * if they do.
   *
   * @param inPlace whether the variables are to hold the averages
   * @throws IllegalArgumentException if the optimizer keeps none
   */
  public void swapAverages(List<Variable> variables, boolean inPlace) {
    if (inPlace && !options.useEma()) {
      throw Refusal.of(
          type(),
          "has averages to swap if it keeps them",
          "useEma(false)",
          "set useEma(true) before the first step");
    }
    if (averages.areInPlace() != inPlace) {
      build(variables);
      averages.swap(variables);
    }
  }

  /**
   * Creates the slots of a variable, before any variable is changed, since that can fail; does
   * nothing by default.
   */
  protected void build(Variable variable) {}

  /** Creates the slots of a variable that a rule reads or writes. */
  protected final void build(Variable variable, PointwiseRule rule) {
    rule.build(variable, slots);
  }

  /**
   * Prepares a step: state that does not depend on the variable; does nothing by default.
   *
   * @param number the number of the step, from 1: int64, a scalar
   */
  protected void beginStep(Tensor number) {}

  /** Changes one variable in place. */
  protected abstract void update(Variable variable, Tensor gradient);

  /** Changes one variable in place by a rule. */
  protected final void update(Variable variable, Tensor gradient, PointwiseRule rule) {
    apply(rule, variable, gradient, null);
  }

  final void apply(PointwiseRule rule, Variable variable, Tensor gradient, Tensor clipping) {
    rule.apply(variable, gradient, clipping, slots, scalars);
  }

  /** Returns a slot of a variable by name: a variable of its shape and type, zeros at first. */
  protected final Variable slot(Variable variable, String name) {
    return slot(variable, name, null);
  }

  /**
   * Returns a slot of a variable by name.
   *
   * @param initial gives its value at first; null for zeros of the variable's shape and type
   */
  protected final Variable slot(
      Variable variable, String name, Function<Variable, Tensor> initial) {
    return slots.get(variable, name, initial);
  }

  /** Returns the slots of each variable by name; created when the variable is first changed. */
  public final Map<Variable, Map<String, Variable>> slots() {
    return slots.all();
  }

  /** Returns true: more slots may be created. */
  @Override
  public final boolean isAwaitingState() {
    return true;
  }

  @Override
  public final void onStateCreated(Runnable action) {
    slots.onStateCreated(action);
  }

  /** Returns {@code iterations}, {@code learning_rate}, and the state in fields of subclasses. */
  @Override
  public Map<String, Object> parts() {
    Map<String, Object> parts = TrackedFields.of(this, Optimizer.class);
    parts.put(iterations.name(), iterations);
    parts.put(learningRate.name(), learningRate);
    return parts;
  }

  /** Returns the class's name for name scopes and messages. */
  final String name() {
    return type().toLowerCase(Locale.ROOT);
  }

  private String type() {
    String name = getClass().getSimpleName();
    return name.isEmpty() ? "Optimizer" : name;
  }

  /**
   * Returns a new optimizer of the same arguments and options, which has taken no steps.
   *
   * @throws IllegalStateException if this one keeps no arguments
   */
  public final Optimizer copy() {
    if (arguments == null) {
      throw new IllegalStateException(
          "copy: "
              + type()
              + " keeps no arguments; give a record of them to super, and have a constructor that"
              + " takes the record alone");
    }
    Optimizer copy = Records.owner(getClass(), ArgumentCopies.of(arguments));
    copy.options = options;
    copy.stages = stages;
    copy.decay.exclude(decay);
    return copy;
  }

  /**
   * Returns the arguments and what steps change: {@code SGD(learningRate=0.1, momentum=0.9,
   * nesterov=false; learning_rate: 0.05, iterations: 5)}.
   */
  @Override
  public final String toString() {
    return String.format(
        Locale.ROOT,
        "%s(%slearning_rate: %s, iterations: %d)",
        type(),
        arguments == null ? "" : String.join(", ", ArgumentText.of(arguments)) + "; ",
        (float) learningRate.memory().item(),
        (long) iterations.memory().item());
  }

  /** Returns the learning rate, cast to an element type. */
  protected final Tensor rate(DType dtype) {
    return Casting.cast(learningRate, dtype);
  }
}
