package dev.tapedeck.losses;

import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Tensor;

/**
 * The Kullback-Leibler divergence of distributions: {@code sum(y log(y / p))} over the last axis;
 * labels and predictions below 1e-7 count as 1e-7, those above 1 as 1.
 */
public final class KLDivergence extends PlainLoss<KLDivergence> {
  KLDivergence(Arguments arguments) {
    super(arguments);
  }

  @Override
  Tensor values(Tensor y, Tensor p) {
    Tensor label = clip(y);
    return Reductions.sum(label.mul(Maths.log(label).sub(Maths.log(clip(p)))), -1);
  }

  private static Tensor clip(Tensor x) {
    return Maths.clip(x, Probabilities.EPSILON, 1);
  }
}
