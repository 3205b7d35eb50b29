package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.ops.expr.Primitive;

/**
 * The logarithm of the gamma function, to 4 units in the last place, by Stirling's series from 8
 * on.
 *
 * <p>Smaller float32 numbers are computed in float64 from {@code gamma(x + 8) / (x (x + 1) .. (x +
 * 7))}; negative ones, those next to the zeros at 1 and 2, and smaller float64 numbers one by one.
 */
final class GammaFunctions {
  /** The number from which on the series is exact enough. */
  private static final int LEAST = 8;

  /** A number whose result is far from infinite. */
  private static final double MOST = 1e300;

  /** The distance from a zero from which on the result has float32's digits. */
  private static final double NEAR = 0x1p-20;

  private static final double HALF_LOG_2_PI = 0.9189385332046727;

  /** The coefficients of {@code 1 / x²} in the series, times x. */
  private static final double[] STIRLING = {
    1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188, -691.0 / 360360, 1.0 / 156
  };

  private GammaFunctions() {}

  static Term lgamma(Term x) {
    return ofLarge(x).patched(x.of(LEAST).le(x).and(x.lt(MOST)).not(), Primitive.LGAMMA, x);
  }

  /** Returns the function of float32 numbers that are given in float64. */
  static Term lgammaNarrow(Term x) {
    Term small = x.lt(LEAST);
    Term u = x.plus(7).times(x);
    Term product = u.plus(6).times(u).times(u.plus(10).times(u.plus(12)));
    Term divisor = small.select(product, x.of(1));
    Term large = ofLarge(small.select(x.plus(LEAST), x));
    Term zero = x.minus(1).abs().lt(NEAR).or(x.minus(2).abs().lt(NEAR));
    Term special = x.of(0).lt(x).and(x.lt(MOST)).not().or(zero);
    Term result = large.minus(LogarithmicFunctions.log(divisor));
    return result.patched(special, Primitive.LGAMMA, x);
  }

  private static Term ofLarge(Term x) {
    Term inverse = x.of(1).over(x);
    Term series = inverse.times(inverse).polynomial(STIRLING).fma(inverse, HALF_LOG_2_PI);
    return x.minus(0.5).fma(LogarithmicFunctions.log(x), series.minus(x));
  }
}
