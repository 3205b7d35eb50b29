package dev.tapedeck.train;

import dev.tapedeck.autodiff.GradientList;
import dev.tapedeck.autodiff.GradientTape;
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
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Changes variables by their gradients; an implementation says how one variable is changed.
 *
 * <p>What is kept between steps for each variable is in its slots, variables of the same shape.
 */
public abstract class Optimizer implements LazyTrackable {
  private final Variable iterations = Variable.untrainable(0L, "iterations");
  private final Variable learningRate;
  private final Map<Variable, Map<String, Variable>> slots = new LinkedHashMap<>();
  private Runnable whenGrown;

  /** Makes an optimizer with a learning rate of 0 or more. */
  protected Optimizer(double learningRate) {
    if (!(learningRate >= 0 && Double.isFinite(learningRate))) {
      throw new IllegalArgumentException(
          "optimizer: the learning rate must be 0 or more, received " + learningRate);
    }
    this.learningRate = Variable.untrainable((float) learningRate, "learning_rate");
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
   * @throws IllegalStateException if a gradient has no value any more: its memory was released, or
   *     it is what a variable held before it was assigned to. No variable is changed then, either
   */
  public final void applyGradients(List<Tensor> gradients, List<Variable> variables) {
    if (gradients.size() != variables.size()) {
      throw new IllegalArgumentException(
          "applyGradients: received "
              + gradients.size()
              + " gradients for "
              + variables.size()
              + " variables");
    }
    for (int i = 0; i < variables.size(); i++) {
      check(variables, gradients, i);
    }
    List<Tensor> kept = gradients.stream().map(Optimizer::apartFromVariables).toList();
    String part = getClass().getSimpleName().toLowerCase(Locale.ROOT);
    Dispatch.nameScope(part, () -> step(kept, variables));
  }

  /** Returns a gradient that stays as it is while the step writes into variables. */
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

  private Variable step(List<Tensor> gradients, List<Variable> variables) {
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
    return iterations.assign(number);
  }

  private static void check(List<Variable> variables, List<Tensor> gradients, int index) {
    Variable variable = variables.get(index);
    String name = NamedVariables.name(variables, index);
    Tensor gradient = gradients.get(index);
    if (gradient == null) {
      throw new IllegalArgumentException(
          "applyGradients: variable \""
              + name
              + "\" has no gradient: "
              + GradientList.reason(gradients, index)
              + "; use it in the model, or leave it out of the list");
    }
    if (!gradient.spec().fits(variable.spec())) {
      throw new IllegalArgumentException(
          "applyGradients: variable \""
              + name
              + "\" is "
              + variable.spec()
              + ", its gradient "
              + gradient.spec());
    }
    requireValue(name, gradient);
  }

  private static void requireValue(String name, Tensor gradient) {
    String reason = null;
    if (gradient instanceof SymbolicTensor && Dispatch.executingEagerly()) {
      reason = gradient + " was used outside the function it was traced in";
    } else if (gradient instanceof EagerTensor known) {
      try {
        known.storage();
      } catch (IllegalStateException e) {
        reason = e.getMessage();
      }
    }
    if (reason != null) {
      throw new IllegalStateException(
          "applyGradients: the gradient of variable \"" + name + "\" cannot be used: " + reason);
    }
  }

  /** Computes the gradients of a loss, and takes a step. */
  public final void minimize(Supplier<Tensor> loss, List<Variable> variables) {
    try (GradientTape tape = new GradientTape()) {
      applyGradients(tape.gradient(loss.get(), variables), variables);
    }
  }

  /**
   * Makes the slots of a variable, before any variable is changed, since that can fail; does
   * nothing by itself.
   */
  protected void build(Variable variable) {}

  /**
   * Prepares a step: for factors that depend on its number, from 1, and not on the variable.
   *
   * @param number int64, a scalar
   */
  protected void beginStep(Tensor number) {}

  /** Changes one variable in place. */
  protected abstract void update(Variable variable, Tensor gradient);

  /** Returns what is kept for a variable under a name; zeros at first. */
  protected final Variable slot(Variable variable, String name) {
    // Made once, not by each run of a graph.
    return Dispatch.eagerly(() -> slotOf(variable, name));
  }

  private Variable slotOf(Variable variable, String name) {
    Map<String, Variable> own = slots.computeIfAbsent(variable, v -> new LinkedHashMap<>());
    Variable slot = own.get(name);
    if (slot == null) {
      slot = Variable.untrainable(Tensor.zeros(variable.dtype(), variable.shape().toArray()), name);
      own.put(name, slot);
      tellOfGrowth(own, name);
    }
    return slot;
  }

  private void tellOfGrowth(Map<String, Variable> own, String name) {
    boolean accepted = whenGrown == null;
    try {
      if (!accepted) {
        whenGrown.run();
        accepted = true;
      }
    } finally {
      if (!accepted) { // or the next step would go on with zeros
        own.remove(name);
      }
    }
  }

  /** Returns what is kept for each variable, by name; made when the variable is first changed. */
  public final Map<Variable, Map<String, Variable>> slots() {
    return Collections.unmodifiableMap(slots);
  }

  /** Returns that slots may still appear. */
  @Override
  public final boolean isAwaitingState() {
    return true;
  }

  @Override
  public final void onStateCreated(Runnable action) {
    whenGrown = action;
  }

  /**
   * Returns {@code iterations} and {@code learning_rate}, and what the fields of subclasses hold.
   */
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

  /** Returns {@code Adam(learning_rate: 0.001, iterations: 5)}. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s(learning_rate: %s, iterations: %d)",
        type(),
        (float) learningRate.memory().item(),
        (long) iterations.memory().item());
  }

  /** Returns the present learning rate, in an element type. */
  protected final Tensor rate(DType dtype) {
    return Casting.cast(learningRate, dtype);
  }
}
