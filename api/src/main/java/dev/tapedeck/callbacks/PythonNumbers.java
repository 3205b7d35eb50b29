package dev.tapedeck.callbacks;

import java.math.BigDecimal;
import java.util.Locale;

/** Numbers as Python writes them. */
final class PythonNumbers {
  private PythonNumbers() {}

  /** Returns a number as {@code repr} does: {@code 0.1}, {@code 1e-05}, {@code nan}. */
  static String text(double number) {
    if (!Double.isFinite(number)) {
      return Double.isNaN(number) ? "nan" : number > 0 ? "inf" : "-inf";
    }
    BigDecimal digits = new BigDecimal(Double.toString(number)).stripTrailingZeros();
    int exponent = digits.precision() - digits.scale() - 1;
    if (number == 0 || (exponent >= -4 && exponent < 16)) {
      String plain = digits.toPlainString();
      String sign = number == 0 && 1 / number < 0 ? "-" : "";
      return sign + (plain.contains(".") ? plain : plain + ".0");
    }
    String mantissa = digits.movePointLeft(exponent).stripTrailingZeros().toPlainString();
    return String.format(
        Locale.ROOT, "%se%s%02d", mantissa, exponent < 0 ? "-" : "+", Math.abs(exponent));
  }
}
