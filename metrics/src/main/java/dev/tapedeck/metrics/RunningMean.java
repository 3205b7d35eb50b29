package dev.tapedeck.metrics;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Aggregator;
import dev.tapedeck.train.Reduction;
import java.util.List;
import java.util.Objects;

/** A named mean over the examples of all batches since the last reset. */
abstract class RunningMean implements Aggregator {
  private final String name;
  private final Variable total = Variable.untrainable(0.0, "total");
  private final Variable count = Variable.untrainable(0.0, "count");

  RunningMean(String name) {
    this.name =
        Objects.requireNonNull(name, () -> getClass().getSimpleName() + ": the name is null");
  }

  @Override
  public final String name() {
    return name;
  }

  /** Returns the mean over all batches since the last reset, {@code total / count}; of none, 0. */
  @Override
  public final Tensor result() {
    Tensor none = Casting.cast(count.equal(0), count.dtype());
    return total.div(count.add(none));
  }

  @Override
  public final void reset() {
    total.assign(0);
    count.assign(0);
  }

  /** Returns the state: {@code total} and {@code count}. */
  public final List<Variable> variables() {
    return List.of(total, count);
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

  /** Returns {@code loss: 2.5}. */
  @Override
  public final String toString() {
    return name + ": " + result().item();
  }
}
