package dev.tapedeck.metrics;

import dev.tapedeck.losses.Losses;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Tensor;

/**
 * The root of the mean of the squared differences between labels and predictions of the same shape:
 * {@code sqrt(mean((label - prediction)^2))}, of all batches together.
 */
public final class RootMeanSquaredError extends PlainLossMetric<RootMeanSquaredError> {
  private RootMeanSquaredError(Arguments arguments) {
    super(arguments, Losses.meanSquaredError());
  }

  /** Makes a metric. */
  public RootMeanSquaredError() {
    this(new Arguments());
  }

  @Override
  Tensor value() {
    return Maths.sqrt(super.value());
  }
}
