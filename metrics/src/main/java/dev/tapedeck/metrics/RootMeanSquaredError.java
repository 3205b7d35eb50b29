package dev.tapedeck.metrics;

import dev.tapedeck.losses.Losses;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Loss;

/**
 * The root of the mean of the squared differences between labels and predictions of the same shape:
 * {@code sqrt(mean((label - prediction)^2))}, of all batches together.
 */
public final class RootMeanSquaredError
    extends LossMetric<RootMeanSquaredError.Arguments, RootMeanSquaredError> {
  /** The arguments of a {@link RootMeanSquaredError}: none. */
  public record Arguments() {}

  private RootMeanSquaredError(Arguments arguments) {
    super(arguments);
  }

  /** Makes a metric. */
  public RootMeanSquaredError() {
    this(new Arguments());
  }

  @Override
  Loss loss() {
    return Losses.meanSquaredError();
  }

  @Override
  Tensor value() {
    return Maths.sqrt(super.value());
  }
}
