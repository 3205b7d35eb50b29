package dev.tapedeck.metrics;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Reduction;
import java.util.stream.IntStream;

/** The mean over the examples of all batches since the last reset, in the state of a metric. */
final class RunningMean {
  private final Variable total;
  private final Variable count;

  /** Adds the variables to the state of a metric. */
  RunningMean(BuiltInMetric<?, ?> metric) {
    total = metric.addVariable("total");
    count = metric.addVariable("count");
  }

  /** Returns {@code total / count}; of no examples, 0. */
  Tensor value() {
    Tensor none = Casting.cast(count.equal(0), count.dtype());
    return total.div(count.add(none));
  }

  /**
   * Adds a scalar, or values {@code [n, ..]} of n examples, each by its mean.
   *
   * @param weights weights of the examples, {@code [n]}, or of the first axes of values; an example
   *     counts as much as the mean of its weights. Null where all count 1
   */
  void add(Tensor values, Tensor weights) {
    Shape shape = values.shape();
    Shape places = shape.isScalar() ? shape : shape.slice(1, shape.rank());
    if (shape.count() == 0 || places.count() == 0) {
      return;
    }
    Tensor cast = Casting.cast(values, DType.FLOAT64);
    if (weights == null) {
      total.assignAdd(sumOfMeans(cast, places));
      count.assignAdd(examples(cast, places));
    } else {
      Tensor expanded = Reduction.expand(Casting.cast(weights, DType.FLOAT64), shape);
      Tensor each = expanded.mul(Creation.onesLike(cast));
      total.assignAdd(sumOfMeans(cast.mul(each), places));
      count.assignAdd(sumOfMeans(each, places));
    }
  }

  /** Returns the sum over the examples of the mean over the places in each. */
  private static Tensor sumOfMeans(Tensor values, Shape places) {
    if (places.isKnown()) {
      return values.sum().div((double) places.count());
    }
    return values.mean(IntStream.range(1, values.shape().rank()).toArray()).sum();
  }

  private static Object examples(Tensor values, Shape places) {
    Shape shape = values.shape();
    if (shape.isScalar()) {
      return 1;
    }
    return shape.size(0) == Shape.UNKNOWN
        ? sumOfMeans(Creation.onesLike(values), places)
        : (Object) (double) shape.size(0);
  }
}
