package dev.tapedeck.train;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.config.Records;
import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Errors;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.SymbolicTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tracking.LazyTrackable;
import dev.tapedeck.tracking.TrackedFields;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * An update rule that changes variables by their gradients; a subclass updates one variable.
 *
 * <p>State of a variable between steps, such as a momentum, is in its slots: variables of the same
 * shape.
 */
public abstract class Optimizer implements LazyTrackable {
  private final Variable iterations;
  private final Variable learningRate;
  private final Record arguments;
  private final OptimizerSlots slots = new OptimizerSlots();

  /** Creates an optimizer with a learning rate of 0 or more. */
  protected Optimizer(double learningRate) {
    this(learningRate, null);
  }

  /**
   * Creates an optimizer that keeps its arguments.
   *
   * @param arguments a record whose components are the arguments by name, from which printing,
   *     copying and files come; a constructor takes it alone
   */
  protected Optimizer(double learningRate, Record arguments) {
    if (!(learningRate >= 0 && Double.isFinite(learningRate))) {
      throw new IllegalArgumentException(
          "optimizer: the learning rate must be 0 or more, received " + learningRate);
    }
    this.arguments = arguments;
    this.learningRate = Variable.untrainable((float) learningRate, "learning_rate");
    iterations = Variable.untrainable(0L, "iterations");
  }

  /** Creates an optimizer that takes the steps of another one. */
  Optimizer(Optimizer inner, Record arguments) {
    this.arguments = arguments;
    learningRate = inner.learningRate;
    iterations = inner.iterations;
  }

  /** Returns the arguments by name; null for an optimizer that keeps none. */
  public final Record arguments() {
    return arguments;
  }

  /** Returns the number of steps taken; a global step. */
  public final Variable iterations() {
    return iterations;
  }

  /** Returns the learning rate, which may be assigned to. */
  public final Variable learningRate() {
    return learningRate;
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
    List<Tensor> kept = gradients.stream().map(Optimizer::apartFromVariables).toList();
    String part = getClass().getSimpleName().toLowerCase(Locale.ROOT);
    Dispatch.nameScope(part, () -> step(kept, variables));
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

  /** Changes all variables and counts the step. */
  Variable step(List<Tensor> gradients, List<Variable> variables) {
    variables.forEach(this::build);
    Tensor number = iterations.add(1L);
    beginStep(number);
    for (int i = 0; i < variables.size(); i++) {
      try {
        update(variables.get(i), gradients.get(i));
      } catch (RuntimeException e) {
        String name = NamedVariables.name(variables, i);
        throw Errors.withMessage(e, type() + ": variable \"" + name + "\": " + e.getMessage());
      }
    }
    for (Variable variable : variables) {
      if (variable.constraint() != null) {
        variable.assign(variable.constraint().apply(variable.reading()));
      }
    }
    return iterations.assign(number);
  }

  /**
   * Returns the loss whose gradients this optimizer takes; the loss itself, unless it scales it.
   *
   * @see LossScaleOptimizer
   */
  public Tensor scaleLoss(Tensor loss) {
    return loss;
  }

  /** Computes the gradients of a loss, and takes a step. */
  public final void minimize(Supplier<Tensor> loss, List<Variable> variables) {
    try (GradientTape tape = new GradientTape()) {
      applyGradients(tape.gradient(scaleLoss(loss.get()), variables), variables);
    }
  }

  /**
   * Creates the slots of a variable, before any variable is changed, since that can fail; does
   * nothing by default.
   */
  protected void build(Variable variable) {}

  /**
   * Prepares a step: factors that depend on its number and not on the variable; does nothing by
   * default.
   *
   * @param number the number of the step, from 1: int64, a scalar
   */
  protected void beginStep(Tensor number) {}

  /** Changes one variable in place. */
  protected abstract void update(Variable variable, Tensor gradient);

  /** Returns a slot of a variable by name: a variable of its shape and type, zeros at first. */
  protected final Variable slot(Variable variable, String name) {
    return slots.get(variable, name);
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

  private String type() {
    String name = getClass().getSimpleName();
    return name.isEmpty() ? "Optimizer" : name;
  }

  /**
   * Returns a new optimizer of the same arguments, which has taken no steps.
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
    return Records.owner(getClass(), ArgumentCopies.of(arguments));
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
