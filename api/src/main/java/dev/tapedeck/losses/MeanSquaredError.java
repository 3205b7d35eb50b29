package dev.tapedeck.losses;

import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Tensor;

/**
 * The mean of the squared differences between labels and predictions: {@code (y - p)^2}, the mean
 * over the last axis.
 */
public final class MeanSquaredError extends PlainLoss<MeanSquaredError> {
  MeanSquaredError(Arguments arguments) {
    super(arguments);
  }

  @Override
  Tensor values(Tensor y, Tensor p) {
    return Outputs.mean(Maths.squaredDifference(p, y));
  }
}
