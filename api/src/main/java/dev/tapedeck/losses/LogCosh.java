package dev.tapedeck.losses;

import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Tensor;

/**
 * The mean of the logarithms of the hyperbolic cosine of the differences: {@code log(cosh(p - y))},
 * the mean over the last axis; near 0 half the square, far from it the absolute value less log 2.
 */
public final class LogCosh extends PlainLoss<LogCosh> {
  LogCosh(Arguments arguments) {
    super(arguments);
  }

  @Override
  Tensor values(Tensor y, Tensor p) {
    Tensor distance = p.sub(y).abs();
    Tensor rest = Maths.log1p(Maths.exp(distance.mul(-2)));
    return Outputs.mean(distance.add(rest).sub(Math.log(2)));
  }
}
