package dev.tapedeck.losses;

import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Tensor;

/**
 * The mean of the absolute differences in percent of the labels: {@code 100 |y - p| / max(|y|,
 * 1e-7)}, the mean over the last axis.
 */
public final class MeanAbsolutePercentageError extends PlainLoss<MeanAbsolutePercentageError> {
  MeanAbsolutePercentageError(Arguments arguments) {
    super(arguments);
  }

  @Override
  Tensor values(Tensor y, Tensor p) {
    return Outputs.mean(p.sub(y).div(Maths.maximum(y.abs(), Probabilities.EPSILON)).abs()).mul(100);
  }
}
