package dev.tapedeck.metrics;

import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;

/**
 * The mean of the squared differences between labels and predictions of the same shape: {@code
 * mean((label - prediction)^2)}.
 *
 * <p>Keras counts a batch {@code [n]} as one example, whatever n is; here each of its elements is
 * an example.
 */
public final class MeanSquaredError extends MeanMetric {
  /** Makes a metric named {@code mean_squared_error}. */
  public MeanSquaredError() {
    this("mean_squared_error");
  }

  /** Makes a metric. */
  public MeanSquaredError(String name) {
    super(name);
  }

  @Override
  Tensor scores(Tensor labels, Tensor predictions) {
    return Maths.squaredDifference(
        Casting.cast(labels, DType.FLOAT64), Casting.cast(predictions, DType.FLOAT64));
  }
}
