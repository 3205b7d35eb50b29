package dev.tapedeck.losses;

import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Tensor;

/**
 * The mean squared distance from a margin: {@code max(1 - y p, 0)^2}, the mean over the last axis,
 * for labels of -1 and 1; where all labels of a batch are 0 or 1, a 0 counts as -1.
 */
public final class SquaredHinge extends PlainLoss<SquaredHinge> {
  SquaredHinge(Arguments arguments) {
    super(arguments);
  }

  @Override
  Tensor values(Tensor y, Tensor p) {
    return Outputs.mean(Maths.square(Maths.maximum(Labels.signs(y).mul(p).neg().add(1), 0)));
  }
}
