package dev.tapedeck.ops;

import java.math.BigDecimal;
import java.math.MathContext;

/** Functions of single numbers by their definitions, exact near 0 and right at the special ones. */
final class ScalarReferences {
  private static final MathContext DIGITS = new MathContext(60);

  /** Where the sums of the gamma function's kin go over to integrals. */
  private static final int FAR = 200;

  private ScalarReferences() {}

  static double asinh(double x) {
    double a = Math.abs(x);
    double result =
        a < 1e-4
            ? a - a * a * a / 6
            : a > 1e9 ? Math.log(a) + Math.log(2) : Math.log(a + Math.sqrt(a * a + 1));
    return x < 0 ? -result : result;
  }

  static double acosh(double x) {
    return x > 1e9
        ? Math.log(x) + Math.log(2)
        : x < 1 ? Double.NaN : Math.log(x + Math.sqrt(x * x - 1));
  }

  static double atanh(double x) {
    return Math.abs(x) < 1e-4 ? x + x * x * x / 3 : Math.log((1 + x) / (1 - x)) / 2;
  }

  static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }

  static double relu(double x, double slope, double limit, double threshold) {
    return x > threshold
        ? Math.min(x, limit)
        : slope == 0 && x <= threshold ? 0 : slope * (x - threshold);
  }

  static double squareplus(double x, double b) {
    double distance = Math.hypot(x, Math.sqrt(Math.max(b, 0)));
    return x < 0 ? Math.max(b, 0) / (2 * (distance - x)) : x / 2 + distance / 2;
  }

  static double softShrink(double x, double lambda) {
    return x > lambda ? x - lambda : x < -lambda ? x + lambda : 0;
  }

  static double erf(double x) {
    return !(Math.abs(x) < 10) ? Math.signum(x) : exactErf(x).doubleValue();
  }

  static double erfc(double x) {
    return !(Math.abs(x) < 10)
        ? 1 - Math.signum(x)
        : BigDecimal.ONE.subtract(exactErf(x)).doubleValue();
  }

  /** By its power series. */
  private static BigDecimal exactErf(double x) {
    BigDecimal square = new BigDecimal(x).pow(2, DIGITS);
    BigDecimal power = new BigDecimal(x).multiply(TWO_BY_ROOT_PI, DIGITS);
    BigDecimal sum = power;
    for (int n = 1; n < 10 || power.abs().compareTo(new BigDecimal("1e-50")) > 0; n++) {
      power = power.multiply(square, DIGITS).divide(BigDecimal.valueOf(-n), DIGITS);
      sum = sum.add(power.divide(BigDecimal.valueOf(2 * n + 1), DIGITS), DIGITS);
    }
    return sum;
  }

  private static final BigDecimal TWO_BY_ROOT_PI =
      BigDecimal.TWO.divide(
          new BigDecimal("3.14159265358979323846264338327950288419716939937510582097494459")
              .sqrt(DIGITS),
          DIGITS);

  /** By Newton's method, which from 0 does not overshoot. */
  static double erfinv(double x) {
    if (!(Math.abs(x) < 1)) {
      return Math.abs(x) == 1 ? x / 0 : Double.NaN;
    }
    double y = 0;
    for (int i = 0; i < 12; i++) {
      y -= (erf(y) - x) * Math.exp(y * y) * Math.sqrt(Math.PI) / 2;
    }
    return y;
  }

  /** By Stirling's series far out, and the recurrence back. */
  static double lgamma(double x) {
    if (x <= 0 && x == Math.floor(x)) {
      return Double.POSITIVE_INFINITY;
    }
    if (x == 1 || x > 1e30) {
      return x == 1 ? 0 : x * (Math.log(x) - 1);
    }
    double logs = 0;
    for (int k = 0; k < FAR; k++) {
      logs += Math.log(Math.abs(x + k));
    }
    double a = x + FAR;
    return (a - 0.5) * Math.log(a)
        - a
        + Math.log(2 * Math.PI) / 2
        + 1 / (12 * a)
        - 1 / (360 * a * a * a)
        - logs;
  }

  /** By its sum, whose rest is nearly an integral. */
  static double polygamma(int n, double x) {
    if (x <= 0 && x == Math.floor(x)) {
      return n % 2 == 1 ? Double.POSITIVE_INFINITY : Double.NaN;
    }
    double sum = 0;
    double factorial = 1;
    for (int k = 0; k < FAR; k++) {
      sum += Math.pow(x + k, -n - 1);
      factorial *= k > 1 && k <= n ? k : 1;
    }
    double a = x + FAR;
    double end = Math.pow(a, -n - 1);
    double integral = n == 0 ? -Math.log(a) : Math.pow(a, -n) / n;
    double corrections = (n + 1) / a / 12 - (n + 1) * (n + 2) * (n + 3) / (a * a * a) / 720;
    sum += integral + end * (0.5 + corrections);
    return (n % 2 == 1 ? 1 : -1) * factorial * sum;
  }
}
