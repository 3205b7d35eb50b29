package dev.tapedeck.losses;

import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Tensor;

/**
 * The mean distance from a margin: {@code max(1 - y p, 0)}, the mean over the last axis, for labels
 * of -1 and 1; where all labels of a batch are 0 or 1, a 0 counts as -1.
 */
public final class Hinge extends PlainLoss<Hinge> {
  Hinge(Arguments arguments) {
    super(arguments);
  }

  @Override
  Tensor values(Tensor y, Tensor p) {
    return Outputs.mean(Maths.maximum(Labels.signs(y).mul(p).neg().add(1), 0));
  }
}
