package dev.tapedeck.losses;

import dev.tapedeck.tensor.Tensor;

/**
 * The mean of the absolute differences between labels and predictions: {@code |y - p|}, the mean
 * over the last axis.
 */
public final class MeanAbsoluteError extends PlainLoss<MeanAbsoluteError> {
  MeanAbsoluteError(Arguments arguments) {
    super(arguments);
  }

  @Override
  Tensor values(Tensor y, Tensor p) {
    return Outputs.mean(p.sub(y).abs());
  }
}
