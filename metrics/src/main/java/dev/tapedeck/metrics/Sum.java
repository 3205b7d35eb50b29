package dev.tapedeck.metrics;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Reduction;

/** The sum of values since the last reset: updated with 1 and {@code new int[] {2, 3}}, it is 6. */
public final class Sum extends BuiltInMetric<Sum.Arguments, Sum> {
  /** The arguments of a {@link Sum}: none. */
  public record Arguments() {}

  private Variable total;

  private Sum(Arguments arguments) {
    super(arguments);
  }

  /** Makes a metric. */
  public Sum() {
    this(new Arguments());
  }

  /** Makes a metric of a name. */
  public Sum(String name) {
    this();
    name(name);
  }

  /** Adds values: a tensor, a variable, a number or an array, of any element type. */
  public void update(Object values) {
    create(Shape.UNKNOWN);
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

  @Override
  void build(long outputs) {
    total = addVariable("total");
  }

  @Override
  Tensor value() {
    return total.value();
  }
}
