package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.ops.expr.Primitive;

/**
 * Sine and cosine of radians, to 2 units in the last place, and tangent, to 4.
 *
 * <p>W. Cody and W. Waite, "Software Manual for the Elementary Functions", 1980: the reduction of
 * arguments by pi / 2 in parts. Numbers so large that the parts do not suffice are rare, and
 * computed one by one.
 */
final class TrigonometricFunctions {
  private static final double TWO_OVER_PI = 0.6366197723675814;
  private static final double[] HALF_PI_32 = {
    1.5707963705062866, -4.371138828673793e-08, -1.7151245100058819e-15
  };
  private static final double[] HALF_PI_64 = {
    0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54, -0x1.f1976b7ed8fbcp-110
  };

  /** The sizes of numbers up to which the reduction is exact enough. */
  private static final double LARGE_32 = 0x1p17;

  private static final double LARGE_64 = 0x1p36;

  /** The coefficients of {@code (sin(x) - x) / x³} and {@code (cos(x) - 1 + x² / 2) / x⁴} of x². */
  private static final double[] SIN_32 = {
    -0.1666666666381008, 0.008333331857164982, -0.0001984007727607258, 2.7248701708232046e-06
  };

  private static final double[] COS_32 = {
    0.04166666463535246, -0.0013888298350940012, 2.4546931841332072e-05
  };
  private static final double[] SIN_64 = {
    -0.16666666666666666,
    0.008333333333330901,
    -0.00019841269836686008,
    2.7557316064986773e-06,
    -2.505112403138208e-08,
    1.59175674789068e-10
  };
  private static final double[] COS_64 = {
    0.041666666666666664,
    -0.0013888888888887367,
    2.480158729872029e-05,
    -2.7557317248229367e-07,
    2.0876141380294955e-09,
    -1.1382280957702634e-11
  };

  private TrigonometricFunctions() {}

  /**
   * The parts of a number reduced by a multiple of pi / 2.
   *
   * @param quarters a number whose lowest bits are the multiple
   * @param sin the sine of the rest
   * @param cos the cosine of the rest
   */
  private record Reduced(Term quarters, Term sin, Term cos) {
    static Reduced of(Term x) {
      double[] halfPi = x.isFloat32() ? HALF_PI_32 : HALF_PI_64;
      Term quarters = x.fma(TWO_OVER_PI, x.rounding());
      Term n = quarters.minus(x.rounding());
      Term rest = x;
      for (double part : halfPi) {
        rest = n.fma(-part, rest);
      }
      Term square = rest.times(rest);
      Term sin = square.polynomial(x.isFloat32() ? SIN_32 : SIN_64);
      Term cos = square.polynomial(x.isFloat32() ? COS_32 : COS_64);
      return new Reduced(
          quarters, rest.times(square).fma(sin, rest), cos.fma(square, -0.5).fma(square, 1));
    }
  }

  private static Term isLarge(Term x) {
    return x.of(x.isFloat32() ? LARGE_32 : LARGE_64).lt(x.abs());
  }

  static Term sin(Term x) {
    Reduced reduced = Reduced.of(x);
    Term size = reduced.quarters.isSet(0).select(reduced.cos, reduced.sin);
    Term sin = reduced.quarters.isSet(1).select(size.negate(), size);
    sin = x.eq(0).select(x, sin); // it keeps its sign
    return sin.patched(isLarge(x), Primitive.SIN, x);
  }

  static Term cos(Term x) {
    Reduced reduced = Reduced.of(x);
    Term size = reduced.quarters.isSet(0).select(reduced.sin, reduced.cos);
    Term cos = reduced.quarters.plus(1).isSet(1).select(size.negate(), size);
    return cos.patched(isLarge(x), Primitive.COS, x);
  }

  static Term tan(Term x) {
    Reduced reduced = Reduced.of(x);
    Term odd = reduced.quarters.isSet(0);
    Term dividend = odd.select(reduced.cos.negate(), reduced.sin);
    Term tan = dividend.over(odd.select(reduced.sin, reduced.cos));
    tan = x.eq(0).select(x, tan);
    return tan.patched(isLarge(x), Primitive.TAN, x);
  }
}
