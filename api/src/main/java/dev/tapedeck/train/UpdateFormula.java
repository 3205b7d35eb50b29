package dev.tapedeck.train;

import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The formula of an optimizer that updates each element of a variable by itself: expressions of the
 * element, its gradient, its slots, and of scalars, which give the new values.
 *
 * <pre>{@code
 * Expr v = f.assign("velocity", f.slot("velocity").times(rho).plus(f.gradient().square().times(1 - rho)));
 * f.assign(f.variable().minus(f.rate().times(f.gradient()).over(v.plus(epsilon).sqrt())));
 * }</pre>
 *
 * <p>All new values are computed in one pass over memory. An expression of scalars alone is
 * computed once a step, in float64.
 *
 * @see PointwiseOptimizer
 */
public final class UpdateFormula {
  /** What an input of the formula stands for. */
  sealed interface Source {
    /** A tensor of each variable, or a scalar of each step. */
    enum Of implements Source {
      VARIABLE,
      GRADIENT,
      /** The factor by which a gradient is clipped to a norm. */
      CLIPPING,
      RATE,
      STEP
    }

    /** A slot by its name. */
    record Slot(String name, Function<Variable, Tensor> initial) implements Source {}

    /** A scalar that the optimizer keeps. */
    record State(Variable variable) implements Source {}

    /** A scalar computed of scalars once a step. */
    record Scalar(Pointwise formula, List<Source> inputs) implements Source {}

    /** Returns whether it is the same number for all elements of all variables. */
    default boolean isScalar() {
      return this == Of.RATE || this == Of.STEP || this instanceof State || this instanceof Scalar;
    }
  }

  private final List<Source> sources = new ArrayList<>();
  private final Map<String, Source.Slot> slots = new LinkedHashMap<>();
  private final Map<Source, Expr> results = new LinkedHashMap<>();
  private Expr variable = input(Source.Of.VARIABLE);
  private Expr gradient = input(Source.Of.GRADIENT);

  UpdateFormula() {}

  private Expr input(Source source) {
    if (!sources.contains(source)) {
      sources.add(source);
    }
    return new Expr.Input(sources.indexOf(source));
  }

  /** Returns the present value of the element. */
  public Expr variable() {
    return variable;
  }

  /** Returns the gradient, clipped as the optimizer's options say. */
  public Expr gradient() {
    return gradient;
  }

  /** Returns the present value of a slot, which is 0 at first. */
  public Expr slot(String name) {
    return slot(name, null);
  }

  /**
   * Returns the present value of a slot.
   *
   * @param initial gives the value of a variable's slot at first; null for zeros
   */
  public Expr slot(String name, Function<Variable, Tensor> initial) {
    return input(slots.computeIfAbsent(name, n -> new Source.Slot(n, initial)));
  }

  /** Returns the learning rate of the step. */
  public Expr rate() {
    return input(Source.Of.RATE);
  }

  /** Returns the number of the step, from 1. */
  public Expr step() {
    return input(Source.Of.STEP);
  }

  /** Returns the value, in this step, of a scalar that the optimizer keeps. */
  public Expr state(Variable scalar) {
    return input(new Source.State(scalar));
  }

  /** Returns the factor that clips the gradient to a norm. */
  Expr clipping() {
    return input(Source.Of.CLIPPING);
  }

  /** Replaces the gradient, before the optimizer's own formula sees it. */
  void gradient(Expr transformed) {
    gradient = transformed;
  }

  /** Sets the new value of the element, and returns it. */
  public Expr assign(Expr value) {
    variable = value;
    results.put(Source.Of.VARIABLE, value);
    return value;
  }

  /** Sets the new value of a slot, and returns it. */
  public Expr assign(String slot, Expr value) {
    slot(slot);
    results.put(slots.get(slot), value);
    return value;
  }

  /** Returns the op that transforms a gradient, of it and the factor that clips it, if any does. */
  Pointwise ofGradient() {
    return Pointwise.floating(new Formula("gradient", sources.size(), gradient).compact());
  }

  /** Returns the rule of these formulas. */
  PointwiseRule rule(String name) {
    RuleInputs inputs = new RuleInputs(name, sources);
    List<Expr> values =
        results.values().stream().map(value -> value.replace(inputs::replacement)).toList();
    return new PointwiseRule(
        name, List.copyOf(slots.values()), inputs.sources(), List.copyOf(results.keySet()), values);
  }
}
