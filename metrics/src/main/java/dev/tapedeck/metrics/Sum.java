package dev.tapedeck.metrics;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Aggregator;
import dev.tapedeck.train.Reduction;
import java.util.List;
import java.util.Objects;

/** The sum of values since the last reset: updated with 1 and {@code new int[] {2, 3}}, it is 6. */
public final class Sum implements Aggregator {
  private final String name;
  private final Variable total = Variable.untrainable(0.0, "total");

  /** Makes a metric named {@code sum}. */
  public Sum() {
    this("sum");
  }

  /** Makes a metric. */
  public Sum(String name) {
    this.name = Objects.requireNonNull(name, "Sum: the name is null");
  }

  @Override
  public String name() {
    return name;
  }

  /** Adds values: a tensor, a variable, a number or an array, of any element type. */
  public void update(Object values) {
    total.assignAdd(Casting.cast(values, DType.FLOAT64).sum());
  }

  /**
   * Adds weighted values.
   *
   * @param weights weights of the values, or of their first axes
   */
  public void update(Object values, Object weights) {
    Tensor cast = Casting.cast(values, DType.FLOAT64);
    Tensor factors = Casting.cast(weights, DType.FLOAT64);
    update(cast.mul(Reduction.expand(factors, cast.shape())));
  }

  /** Returns the sum of all values since the last reset; of none, 0. */
  @Override
  public Tensor result() {
    return total.value();
  }

  @Override
  public void reset() {
    total.assign(0);
  }

  /** Returns the state: {@code total}. */
  public List<Variable> variables() {
    return List.of(total);
  }

  /** Returns {@code sum: 6.0}. */
  @Override
  public String toString() {
    return name + ": " + result().item();
  }
}
