package dev.tapedeck.losses;

import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Tensor;

/**
 * The negative logarithm of a Poisson distribution's probability of the labels, without what does
 * not depend on the predictions: {@code p - y log(p + 1e-7)}, the mean over the last axis.
 *
 * <p>Predictions are means, not their logarithms, and not negative.
 */
public final class Poisson extends PlainLoss<Poisson> {
  Poisson(Arguments arguments) {
    super(arguments);
  }

  @Override
  Tensor values(Tensor y, Tensor p) {
    return Outputs.mean(p.sub(y.mul(Maths.log(p.add(Probabilities.EPSILON)))));
  }
}
