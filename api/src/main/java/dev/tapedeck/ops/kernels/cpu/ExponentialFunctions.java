package dev.tapedeck.ops.kernels.cpu;

/**
 * The exponential function and hyperbolic functions, to 2 units in the last place; expm1 of float32
 * to 3.
 *
 * <p>W. Cody and W. Waite, "Software Manual for the Elementary Functions", 1980: the reduction of
 * arguments. S. Moshier, "Methods and Programs for Mathematical Functions", 1989: the polynomials
 * of float32.
 */
@SuppressWarnings("FloatingPointLiteralPrecision") // the digits are those of the book
final class ExponentialFunctions {
  static final double LOG2_E = 1.4426950408889634;
  static final double LN2 = 0.6931471805599453;
  static final double LN2_LOW = 2.3190468138462996e-17;

  /** The logarithm of 2 in two parts; products of whole numbers with the first part are exact. */
  static final double LN2_HIGH_32 = 0.693359375;

  static final double LN2_LOW_32 = -2.12194440e-4;

  /** The coefficients of {@code (exp(x) - 1 - x) / x²} from -ln(2) / 2 to ln(2) / 2. */
  private static final double[] EXP_32 = {
    5.0000001201e-1,
    1.6666665459e-1,
    4.1665795894e-2,
    8.3334519073e-3,
    1.3981999507e-3,
    1.9875691500e-4
  };

  private static final double[] EXP_64 = {
    0.5000000000000011,
    0.16666666666666413,
    0.04166666666653006,
    0.008333333333494435,
    0.001388888894365515,
    0.0001984126950673764,
    2.480149307475923e-05,
    2.7557586170453214e-06,
    2.76302564383939e-07,
    2.500013994136644e-08
  };

  /** The coefficients of the same, to 9 digits. */
  private static final double[] EXP_NARROW = {
    0.5000000013462217,
    0.1666666671900772,
    0.041666464976127644,
    0.008333298480354929,
    0.0013933643522452894,
    0.00019899276223177482
  };

  /** A number whose hyperbolic tangent is 1 in float32. */
  private static final double TANH_ONE = 10;

  private static final double[] TANH_32 = {
    -3.33332819422e-1, 1.33314422036e-1, -5.37397155531e-2, 2.06390887954e-2, -5.70498872745e-3
  };

  /** The coefficients of {@code (sinh(x) - x) / x³}, as a polynomial of x², from -1 to 1. */
  private static final double[] SINH = {
    0.16666666666666666,
    0.008333333333333333,
    0.00019841269841269773,
    2.755731922404034e-06,
    2.505210836405804e-08,
    1.6059048396350562e-10,
    7.646625361656657e-13,
    2.8445264169895285e-15
  };

  private ExponentialFunctions() {}

  static Term exp(Term x) {
    return x.isFloat32() ? exp(x, 0, 88.72283, -104) : exp(x, 0, 709.782712893384, -746);
  }

  /**
   * Returns an exponential times a power of two.
   *
   * @param largest the largest argument whose result is finite
   * @param smallest an argument whose result is 0
   */
  private static Term exp(Term x, int exponent, double largest, double smallest) {
    Term n = whole(x);
    Term power = exp(n, rest(x, n), exponent);
    power = x.of(largest).lt(x).select(Double.POSITIVE_INFINITY, power);
    return x.lt(smallest).select(0, power);
  }

  /** Returns the whole number nearest to the binary logarithm of the exponential. */
  static Term whole(Term x) {
    return x.fma(LOG2_E, x.rounding()).minus(x.rounding());
  }

  /** Returns {@code x - n * ln(2)}. */
  private static Term rest(Term x, Term n) {
    return x.isFloat32()
        ? n.fma(-LN2_LOW_32, n.fma(-LN2_HIGH_32, x))
        : n.fma(-LN2_LOW, n.fma(-LN2, x));
  }

  /** Returns {@code 2^(n + exponent) * exp(rest)}. */
  static Term exp(Term n, Term rest, int exponent) {
    Term power = less1(rest).plus(1);
    return power.scaled(exponent == 0 ? n : n.plus(exponent));
  }

  /**
   * Returns the exponential of a difference.
   *
   * @param x from -784 (float32: -111) to 0
   * @param less a small number
   */
  static Term expOfNegative(Term x, Term less) {
    Term n = whole(x);
    // In two steps, of which only the second may round to a subnormal number.
    int up = x.isFloat32() ? 64 : 128;
    return less1(rest(x, n).minus(less))
        .plus(1)
        .times(n.plus(up).power())
        .times(Math.scalb(1.0, -up));
  }

  /** Returns an exponential that becomes a float32 number: beyond those it is 0 or infinite. */
  static Term expNarrow(Term x) {
    Term within = x.max(-110).min(90);
    Term n = whole(within);
    Term rest = n.fma(-LN2, within);
    Term power = rest.polynomial(EXP_NARROW).fma(rest.times(rest), rest).plus(1);
    return power.times(n.power());
  }

  /** Returns {@code exp(rest)}, to which 1 is still to be added. */
  private static Term less1(Term rest) {
    Term p = rest.polynomial(rest.isFloat32() ? EXP_32 : EXP_64);
    return p.fma(rest.times(rest), rest);
  }

  static Term expm1(Term x) {
    return x.isFloat32() ? expm1Of32(x) : expm1Of64(x);
  }

  /** Returns expm1 by W. Kahan's quotient, in which the errors of exp and log cancel. */
  private static Term expm1Of32(Term x) {
    Term power = exp(x);
    Term less = power.minus(1);
    Term quotient = less.times(x).over(LogarithmicFunctions.log(power));
    quotient = x.abs().lt(17).select(quotient, less);
    return power.eq(1).select(x, quotient);
  }

  /** Returns {@code 2^n * expm1(rest) + (2^n - 1)}, halved meanwhile against overflow. */
  private static Term expm1Of64(Term x) {
    Term within = x.max(-50).min(710);
    Term n = whole(within);
    Term half = n.minus(1).power();
    Term result = half.fma(less1(rest(within, n)), half.minus(0.5)).times(2);
    return x.abs().lt(0x1p-54).select(x, result);
  }

  static Term sinh(Term x) {
    Term size = x.abs();
    Term square = size.times(size);
    Term small = size.times(square).fma(square.polynomial(SINH), size);
    Term half = halfExp(size);
    Term large = half.minus(x.of(0.25).over(half));
    return size.lt(1).select(small, large).withSignOf(x);
  }

  static Term cosh(Term x) {
    Term half = halfExp(x.abs());
    return half.plus(x.of(0.25).over(half));
  }

  /** Returns half the exponential of a float64 number of 0 or more. */
  private static Term halfExp(Term x) {
    return exp(x, -1, 710.4758600739439, -746);
  }

  static Term tanh(Term x) {
    return x.isFloat32() ? tanhOf32(x) : tanhOf64(x);
  }

  /** Returns {@code 1 - 2 / (exp(2 |x|) + 1)}, near 0 a polynomial. */
  private static Term tanhOf32(Term x) {
    Term size = x.abs();
    Term square = size.times(size);
    Term small = size.times(square).fma(square.polynomial(TANH_32), size);
    Term within = x.of(TANH_ONE).lt(size).select(TANH_ONE, size);
    Term twice = within.plus(within);
    Term n = whole(twice);
    Term power = less1(rest(twice, n)).plus(1).fma(n.power(), 1);
    Term large = x.of(1).minus(x.of(2).over(power));
    return size.lt(0.625).select(small, large).withSignOf(x);
  }

  /** Returns {@code t / (t + 2)} of {@code t = expm1(2 |x|)}, or 1 less its complement. */
  private static Term tanhOf64(Term x) {
    Term size = x.abs().min(22);
    Term near = size.lt(0.5);
    Term less = expm1Of64(size.plus(size));
    Term quotient = near.select(less, x.of(2)).over(less.plus(2));
    return near.select(quotient, x.of(1).minus(quotient)).withSignOf(x);
  }
}
