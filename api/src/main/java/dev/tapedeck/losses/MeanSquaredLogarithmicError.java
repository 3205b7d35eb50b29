package dev.tapedeck.losses;

import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Tensor;

/**
 * The mean of the squared differences of logarithms: {@code (log(1 + y) - log(1 + p))^2}, the mean
 * over the last axis; labels and predictions below 1e-7 count as 1e-7.
 */
public final class MeanSquaredLogarithmicError extends PlainLoss<MeanSquaredLogarithmicError> {
  MeanSquaredLogarithmicError(Arguments arguments) {
    super(arguments);
  }

  @Override
  Tensor values(Tensor y, Tensor p) {
    return Outputs.mean(Maths.squaredDifference(log(p), log(y)));
  }

  private static Tensor log(Tensor x) {
    return Maths.log1p(Maths.maximum(x, Probabilities.EPSILON));
  }
}
