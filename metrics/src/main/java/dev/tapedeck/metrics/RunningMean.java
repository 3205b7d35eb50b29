package dev.tapedeck.metrics;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Reduction;

/**
 * A mean over the examples of all batches since the last reset.
 *
 * @param <A> record of the arguments
 * @param <M> the metric itself
 */
abstract class RunningMean<A extends Record, M extends RunningMean<A, M>>
    extends BuiltInMetric<A, M> {
  private final Variable total = addVariable("total");
  private final Variable count = addVariable("count");

  RunningMean(A arguments) {
    super(arguments);
  }

  /** Returns the mean over all batches since the last reset, {@code total / count}; of none, 0. */
  @Override
  public final Tensor result() {
    Tensor none = Casting.cast(count.equal(0), count.dtype());
    return total.div(count.add(none));
  }

  /**
   * Adds a scalar, or values {@code [n, ..]} of n examples, each by its mean.
   *
   * @param weights weights of the examples, {@code [n]}, or of the first axes of values; an example
   *     counts as much as the mean of its weights. Null where all count 1
   */
  final void add(Tensor values, Tensor weights) {
    Shape shape = values.shape();
    if (shape.isKnown() && shape.count() == 0) {
      return;
    }
    Tensor cast = Casting.cast(values, DType.FLOAT64);
    if (weights == null) {
      double examples = shape.isScalar() ? 1 : shape.size(0);
      total.assignAdd(cast.sum().div(shape.count() / examples));
      count.assignAdd(examples);
    } else {
      Tensor expanded = Reduction.expand(Casting.cast(weights, DType.FLOAT64), shape);
      Tensor each = expanded.mul(Tensor.ones(DType.FLOAT64, shape.toArray()));
      double places = (double) shape.count() / shape.size(0);
      total.assignAdd(cast.mul(each).sum().div(places));
      count.assignAdd(each.sum().div(places));
    }
  }
}
