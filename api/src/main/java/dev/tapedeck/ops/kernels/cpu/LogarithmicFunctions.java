package dev.tapedeck.ops.kernels.cpu;

import static dev.tapedeck.ops.kernels.cpu.ExponentialFunctions.LN2;
import static dev.tapedeck.ops.kernels.cpu.ExponentialFunctions.LN2_HIGH_32;
import static dev.tapedeck.ops.kernels.cpu.ExponentialFunctions.LN2_LOW_32;

/**
 * Logarithms, to 2 units in the last place, and inverse hyperbolic functions, to 4; log1p of
 * float32 to 3.
 *
 * <p>S. Moshier, "Methods and Programs for Mathematical Functions", 1989: the polynomial of
 * float32. K. Ng, FreeBSD's msun, e_log.c, 1993: the method and coefficients of float64.
 */
@SuppressWarnings("FloatingPointLiteralPrecision") // the digits are those of the sources
final class LogarithmicFunctions {
  /** The logarithm of 2 in two parts; products of exponents with the first part are exact. */
  static final double LN2_HIGH = 6.93147180369123816490e-01;

  static final double LN2_LOW = 1.90821492927058770002e-10;
  private static final double LOG10_2 = 0.3010299956639812;
  private static final double LOG10_2_LOW = -2.8037281277851704e-18;
  private static final double LOG10_E = 0.4342944819032518;

  /** The number from which on {@code x * x + 1} rounds to {@code x * x}. */
  private static final double LARGE = 0x1p28;

  private static final double[] LOG_32 = {
    3.3333331174e-1,
    -2.4999993993e-1,
    2.0000714765e-1,
    -1.6668057665e-1,
    1.4249322787e-1,
    -1.2420140846e-1,
    1.1676998740e-1,
    -1.1514610310e-1,
    7.0376836292e-2
  };

  private static final double[] LOG_64 = {
    6.666666666666735130e-01,
    3.999999999940941908e-01,
    2.857142874366239149e-01,
    2.222219843214978396e-01,
    1.818357216161805012e-01,
    1.531383769920937332e-01,
    1.479819860511658591e-01
  };

  /** The coefficients of {@code 2 atanh(s) / s} of s², to 11 digits. */
  private static final double[] LOG_NARROW = {
    2.000000000008413,
    0.6666666524168933,
    0.40000385659067744,
    0.2853499733657886,
    0.23617272159487393
  };

  private LogarithmicFunctions() {}

  static Term log(Term x) {
    return x.isFloat32() ? logOf32(x) : log(x, null);
  }

  private static Term logOf32(Term x) {
    Term small = x.lt(Float.MIN_NORMAL);
    Term normal = small.select(x.times(0x1p25), x);
    Term f = normal.fraction().minus(1);
    Term e = normal.exponent();
    e = small.select(e.minus(25), e);
    Term square = f.times(f);
    Term y = x.of(LOG_32[LOG_32.length - 1]);
    for (int i = LOG_32.length - 2; i >= 0; i--) {
      y = y.times(f).plus(LOG_32[i]);
    }
    y = y.times(f).times(square).plus(e.times(LN2_LOW_32)).minus(square.times(0.5));
    return special(x, f.plus(y).plus(e.times(LN2_HIGH_32)));
  }

  /** Returns a logarithm, or its special value: of zero, infinity, NaN and numbers below 0. */
  private static Term special(Term x, Term log) {
    Term result = x.lt(Double.POSITIVE_INFINITY).select(log, x);
    result = x.lt(0).select(Double.NaN, result);
    return x.eq(0).select(Double.NEGATIVE_INFINITY, result);
  }

  /** The parts of a positive float64 number's logarithm: {@code e * ln(2) + f - less}. */
  private record Parts(Term e, Term f, Term s, Term half, Term sum) {
    static Parts of(Term x) {
      Term small = x.lt(Double.MIN_NORMAL);
      Term normal = small.select(x.times(0x1p54), x);
      Term e = normal.exponent();
      return of(small.select(e.minus(54), e), normal);
    }

    /** Returns the parts, given the exponent. */
    static Parts of(Term e, Term normal) {
      Term f = normal.fraction().minus(1);
      Term s = f.over(f.plus(2));
      Term square = s.times(s);
      Term half = f.times(f).times(0.5);
      Term sum = square.fma(square.polynomial(LOG_64), half);
      return new Parts(e, f, s, half, sum);
    }

    /** Returns the logarithm of the fraction. */
    Term ofFraction() {
      return f.minus(half.minus(s.times(sum)));
    }
  }

  /**
   * Returns a float64 logarithm.
   *
   * @param correction a small number to add; null for 0
   */
  private static Term log(Term x, Term correction) {
    return special(x, log(Parts.of(x), correction));
  }

  private static Term log(Parts parts, Term correction) {
    Term low = parts.e.times(LN2_LOW);
    low = parts.s.fma(parts.sum, correction == null ? low : low.plus(correction));
    Term less = parts.half.minus(low).minus(parts.f);
    return parts.e.fma(LN2_HIGH, less.negate());
  }

  /** Returns the logarithm, to 11 digits, of a float32 number of 0 or more given in float64. */
  static Term logNarrow(Term x) {
    Term f = x.fraction().minus(1);
    Term s = f.over(f.plus(2));
    Term log = x.exponent().fma(LN2, s.times(s.times(s).polynomial(LOG_NARROW)));
    log = x.lt(Double.POSITIVE_INFINITY).select(log, x);
    return x.eq(0).select(Double.NEGATIVE_INFINITY, log);
  }

  static Term log2(Term x) {
    Parts parts = Parts.of(x);
    return special(x, parts.ofFraction().fma(ExponentialFunctions.LOG2_E, parts.e));
  }

  static Term log10(Term x) {
    Parts parts = Parts.of(x);
    Term low = parts.ofFraction().fma(LOG10_E, parts.e.times(LOG10_2_LOW));
    return special(x, parts.e.fma(LOG10_2, low));
  }

  static Term log1p(Term x) {
    Term sum = x.plus(1);
    if (x.isFloat32()) {
      // The logarithm of the sum, corrected for the rounding of the sum.
      Term added = sum.minus(1);
      Term log = log(sum);
      Term result = added.eq(x).select(log, log.times(x.over(added)));
      return added.eq(0).select(x, result);
    }
    Term lost = x.minus(sum.minus(1));
    Term result = log(sum, lost.over(sum));
    result = x.lt(Double.POSITIVE_INFINITY).select(result, x);
    return x.abs().lt(0x1p-54).select(x, result);
  }

  static Term asinh(Term x) {
    Term size = x.abs();
    Term near = size.lt(LARGE);
    Term bounded = near.select(size, x.of(1));
    Term square = bounded.times(bounded);
    Term sum = bounded.plus(square.over(square.plus(1).sqrt().plus(1)));
    return ofSum(near, sum, size).withSignOf(x);
  }

  static Term acosh(Term x) {
    Term above = x.minus(1);
    Term sum = above.plus(above.sqrt().times(above.plus(2).sqrt()));
    return ofSum(x.lt(LARGE), sum, x);
  }

  /** Returns {@code log1p(sum)}, or {@code log(2 x)} of a large number. */
  private static Term ofSum(Term near, Term sum, Term x) {
    Term log = log1p(near.select(sum, x.minus(1)));
    return near.select(log, log.plus(LN2));
  }

  static Term atanh(Term x) {
    Term size = x.abs();
    return log1p(size.plus(size).over(x.of(1).minus(size))).times(0.5).withSignOf(x);
  }
}
