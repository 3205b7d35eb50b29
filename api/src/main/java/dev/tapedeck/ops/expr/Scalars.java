package dev.tapedeck.ops.expr;

import org.apache.commons.numbers.gamma.LogGamma;

/** Scalar functions that Java lacks, or defines differently from NumPy and TensorFlow. */
final class Scalars {
  /** The number from which on {@code x * x + 1} rounds to {@code x * x}. */
  private static final double LARGE = 0x1p28;

  private static final double LN2 = Math.log(2);

  /** The Bernoulli numbers of even index, each divided by the factorial of its index. */
  private static final double[] BERNOULLI = {
    1. / 12,
    -1. / 720,
    1. / 30240,
    -1. / 1209600,
    1. / 47900160,
    -691 / 1307674368000.,
    1. / 74724249600.,
    -3617 / 10670622842880000.
  };

  private Scalars() {}

  static double floorMod(double x, double y) {
    double remainder = x % y;
    return remainder != 0 && (remainder < 0) != (y < 0) ? remainder + y : remainder;
  }

  /**
   * Returns the power as in C and NumPy; Java's is NaN for {@code 1 ** NaN} and {@code (-1) **
   * inf}.
   */
  static double power(double base, double exponent) {
    return base == 1 || (base == -1 && Double.isInfinite(exponent)) ? 1 : Math.pow(base, exponent);
  }

  static long power(long base, long exponent) {
    if (exponent < 0) {
      throw new ArithmeticException("negative exponent " + exponent);
    }
    long result = 1;
    for (long factor = base, rest = exponent; rest > 0; rest >>= 1, factor *= factor) {
      result = (rest & 1) == 1 ? result * factor : result;
    }
    return result;
  }

  static long shiftLeft(long x, long bits) {
    return shift(bits) > 63 ? 0 : x << bits;
  }

  static long shiftRight(long x, long bits) {
    return x >> Math.min(shift(bits), 63);
  }

  private static long shift(long bits) {
    if (bits < 0) {
      throw new ArithmeticException("negative shift " + bits);
    }
    return bits;
  }

  /**
   * Returns {@code log(1 + x)}, several times as fast as Java's and within a few units in the last
   * place.
   */
  static double log1p(double x) {
    double sum = 1 + x;
    double added = sum - 1;
    return added == 0 ? x : added == x ? Math.log(sum) : Math.log(sum) * (x / added);
  }

  /** Returns the binary logarithm, exact for powers of two. */
  static double log2(double x) {
    if (!(x > 0 && x < Double.POSITIVE_INFINITY)) {
      return Math.log(x);
    }
    if (x < Double.MIN_NORMAL) {
      return log2(x * 0x1p54) - 54;
    }
    // With fractions from 0.75 to 1.5 there is no cancellation where the result is near 0.
    int exponent = Math.getExponent(x / 1.5) + 1;
    return exponent + Math.log(Math.scalb(x, -exponent)) / LN2;
  }

  static double asinh(double x) {
    double a = Math.abs(x);
    double result = a > LARGE ? Math.log(a) + LN2 : log1p(a + a * a / (1 + Math.sqrt(a * a + 1)));
    return Math.copySign(result, x);
  }

  static double acosh(double x) {
    double above = x - 1;
    return x > LARGE ? Math.log(x) + LN2 : log1p(above + Math.sqrt(above) * Math.sqrt(above + 2));
  }

  static double atanh(double x) {
    double a = Math.abs(x);
    return Math.copySign(0.5 * log1p(2 * a / (1 - a)), x);
  }

  static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  static double softplus(double x) {
    return Math.max(x, 0) + log1p(Math.exp(-Math.abs(x)));
  }

  /** Returns {@code x - tanh(x)}, by the continued fraction of tanh where that is close to x. */
  static double tanhShrink(double x) {
    if (!(Math.abs(x) < 1)) {
      return x - Math.tanh(x);
    }
    double square = x * x;
    double rest = 0;
    for (int odd = 21; odd > 1; odd -= 2) {
      rest = square / (odd + rest);
    }
    return x * rest / (1 + rest);
  }

  static double lgamma(double x) {
    return isPole(x) ? Double.POSITIVE_INFINITY : LogGamma.value(x);
  }

  private static boolean isPole(double x) {
    return x <= 0 && x == Math.floor(x);
  }

  /**
   * Returns the polygamma function of a whole order of 0 or more; NaN at poles where the sign
   * changes.
   */
  static double polygamma(double order, double x) {
    boolean odd = order % 2 == 1;
    if (isPole(x)) {
      return odd ? Double.POSITIVE_INFINITY : Double.NaN;
    }
    double zeta = zeta(order + 1, odd, x);
    double size =
        order > 170 ? Math.exp(lgamma(order + 1) + Math.log(zeta)) : factorial(order) * zeta;
    return odd ? size : -size;
  }

  private static double factorial(double n) {
    double product = 1;
    for (int i = 2; i <= n; i++) {
      product *= i;
    }
    return product;
  }

  /**
   * Returns the sum of {@code (x + k) ** -s} over all k; for x below 0 by the sums that start above
   * 0.
   */
  private static double zeta(double s, boolean even, double x) {
    if (!(x < 0)) {
      return zeta(s, x);
    }
    double below = zeta(s, Math.ceil(x) - x) - zeta(s, 1 - x);
    return zeta(s, x - Math.floor(x)) + (even ? below : -below);
  }

  /**
   * Returns the Hurwitz zeta function by the Euler-Maclaurin formula; for s = 1, where it is
   * infinite, its finite part: minus the digamma function.
   */
  private static double zeta(double s, double x) {
    double sum = 0;
    double from = x;
    for (; from < 2 * s + 10; from++) {
      double term = inverse(from, s);
      sum += term;
      if (term <= sum * 1e-17) {
        return sum;
      }
    }
    double first = inverse(from, s);
    sum += (s == 1 ? -Math.log(from) : Math.pow(from, 1 - s) / (s - 1)) + first / 2;
    double factor = s * first / from;
    for (int j = 0; j < BERNOULLI.length; j++) {
      sum += BERNOULLI[j] * factor;
      factor *= (s + 2 * j + 1) * (s + 2 * j + 2) / (from * from);
    }
    return sum;
  }

  /** Returns {@code x ** -s}, with a shortcut for the digamma function. */
  private static double inverse(double x, double s) {
    return s == 1 ? 1 / x : Math.pow(x, -s);
  }
}
