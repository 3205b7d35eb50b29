package dev.tapedeck.losses;

import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Tensor;

/**
 * The distance of the right class's score from a margin above the best wrong one: {@code max(max((1
 * - y) p) - sum(y p) + 1, 0)} over the last axis, for one-hot labels.
 */
public final class CategoricalHinge extends PlainLoss<CategoricalHinge> {
  CategoricalHinge(Arguments arguments) {
    super(arguments);
  }

  @Override
  Tensor values(Tensor y, Tensor p) {
    Tensor right = Reductions.sum(y.mul(p), -1);
    Tensor wrong = Reductions.max(y.neg().add(1).mul(p), -1);
    return Maths.maximum(wrong.sub(right).add(1), 0);
  }
}
