package dev.tapedeck.ops.kernels.cpu;

/** Inverse trigonometric functions of float64 numbers, to 2 units in the last place. */
final class InverseTrigonometricFunctions {
  private static final double HALF_PI = 0x1.921fb54442d18p+0;
  private static final double HALF_PI_LOW = 0x1.1a62633145c07p-54;
  private static final double TAN_PI_OVER_8 = 0.41421356237309503;

  /** The sizes of coordinates that neither overflow nor lose digits. */
  private static final double SMALL = 0x1p-800;

  private static final double LARGE = 0x1p900;

  /** The coefficients of {@code (atan(x) - x) / x³} of x², up to tan(pi / 8). */
  private static final double[] ATAN = {
    -0.3333333333333333,
    0.19999999999999804,
    -0.14285714285659729,
    0.11111111105145725,
    -0.09090908753017178,
    0.07692296361048218,
    -0.06666424634599337,
    0.05878926110528101,
    -0.052304330074828924,
    0.0455149623749493,
    -0.034568068014968874,
    0.016282993238924487
  };

  /** The coefficients of {@code (asin(x) - x) / x³} of x², up to 1/2. */
  private static final double[] ASIN = {
    0.16666666666666669,
    0.07499999999998425,
    0.04464285714637338,
    0.030381944137085216,
    0.022372173002005596,
    0.017352391265909227,
    0.013971235301124539,
    0.011478952690257387,
    0.010324318288744113,
    0.00545087818772055,
    0.017419357964884856,
    -0.014881409392818066,
    0.02877844261259304
  };

  private InverseTrigonometricFunctions() {}

  static Term atan(Term x) {
    return angle(x.abs(), x.of(1), null).withSignOf(x);
  }

  static Term atan2(Term y, Term x) {
    Term high = y.abs();
    Term wide = x.abs();
    Term infinite = high.eq(Double.POSITIVE_INFINITY).and(wide.eq(Double.POSITIVE_INFINITY));
    high = infinite.select(1, high);
    wide = infinite.select(1, wide);
    // Scaled so that no sum overflows, and none is of subnormal numbers.
    Term most = high.lt(wide).select(wide, high);
    Term scale = x.of(LARGE).lt(most).select(0x1p-200, most.lt(SMALL).select(0x1p200, x.of(1)));
    Term left = x.of(1).withSignOf(x).lt(0);
    return angle(high.times(scale), wide.times(scale), left).withSignOf(y);
  }

  /**
   * Returns the angle of a point: a multiple of pi / 4, and the arc tangent of a small quotient.
   *
   * @param y 0 or more
   * @param x 0 or more
   * @param left whether the point is on the other side of the y axis; null for never
   */
  private static Term angle(Term y, Term x, Term left) {
    Term steep = x.lt(y);
    Term least = steep.select(x, y);
    Term most = steep.select(y, x);
    Term middle = most.times(TAN_PI_OVER_8).lt(least);
    Term quotient =
        middle
            .select(least.minus(most), least)
            .over(middle.select(least.plus(most), most.max(Double.MIN_NORMAL)));
    Term square = quotient.times(quotient);
    Term rest = quotient.times(square).fma(square.polynomial(ATAN), quotient);
    rest = steep.select(rest.negate(), rest);
    Term eighths = middle.select(1, steep.select(2, x.of(0)));
    if (left != null) {
      rest = left.select(rest.negate(), rest);
      eighths = left.select(x.of(4).minus(eighths), eighths);
    }
    return eighths.fma(HALF_PI / 2, eighths.fma(HALF_PI_LOW / 2, rest));
  }

  /** Returns the arc sine of a number up to 1/2, or of the root of the half of 1 less it. */
  private static Term part(Term size, Term large) {
    Term square = large.select(size.of(1).minus(size).times(0.5), size.times(size));
    Term root = large.select(square.sqrt(), size);
    return root.times(square).fma(square.polynomial(ASIN), root);
  }

  static Term asin(Term x) {
    Term size = x.abs();
    Term large = x.of(0.5).lt(size);
    Term part = part(size, large);
    Term complement = part.fma(-2, HALF_PI_LOW).plus(HALF_PI);
    return large.select(complement, part).withSignOf(x);
  }

  static Term acos(Term x) {
    Term size = x.abs();
    Term large = x.of(0.5).lt(size);
    Term part = part(size, large);
    Term left = x.lt(0);
    Term doubled = part.plus(part);
    Term rest =
        large.select(left.select(doubled.negate(), doubled), left.select(part, part.negate()));
    Term quarters = large.select(left.select(2, x.of(0)), x.of(1));
    return quarters.fma(HALF_PI, quarters.fma(HALF_PI_LOW, rest));
  }
}
