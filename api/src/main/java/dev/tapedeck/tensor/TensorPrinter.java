package dev.tapedeck.tensor;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongFunction;

/**
 * A printer of tensors in NumPy's format for arrays: the shortest digits that tell elements apart,
 * at most 8 after the decimal point, columns aligned, lines wrapped, more than 1,000 elements
 * summarised to 3 at each edge.
 */
final class TensorPrinter {
  private static final int THRESHOLD = 1000;
  private static final int EDGE = 3;
  private static final int PRECISION = 8;
  private static final int WIDTH = 75;

  private final EagerTensor tensor;
  private final long[] strides;
  private final boolean summarise;

  private TensorPrinter(EagerTensor tensor) {
    this.tensor = tensor.dense();
    this.strides = tensor.shape().strides();
    this.summarise = tensor.shape().count() > THRESHOLD;
  }

  static String print(EagerTensor tensor) {
    return "Tensor("
        + new TensorPrinter(tensor).value()
        + ", shape="
        + tensor.shape()
        + ", dtype="
        + tensor.dtype()
        + ")";
  }

  private String value() {
    if (tensor.shape().count() == 0) {
      return "[]";
    }
    List<Long> shown = new ArrayList<>();
    collect(0, 0, shown);
    LongFunction<String> format = formatOf(shown);
    StringBuilder text = new StringBuilder();
    print(text, 0, 0, format);
    return text.toString();
  }

  /** Returns the positions that are shown along an axis; -1 stands for the dots. */
  private long[] shownAlong(int axis) {
    long size = tensor.shape().size(axis);
    boolean all = !summarise || size <= 2 * EDGE;
    long[] positions = new long[all ? (int) size : 2 * EDGE + 1];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = all || i < EDGE ? i : i == EDGE ? -1 : size - positions.length + i;
    }
    return positions;
  }

  private void collect(int axis, long index, List<Long> shown) {
    if (axis == strides.length) {
      shown.add(index);
      return;
    }
    for (long position : shownAlong(axis)) {
      if (position >= 0) {
        collect(axis + 1, index + position * strides[axis], shown);
      }
    }
  }

  private void print(StringBuilder text, int axis, long index, LongFunction<String> format) {
    if (axis == strides.length) {
      text.append(format.apply(index));
      return;
    }
    text.append('[');
    if (axis == strides.length - 1) {
      row(text, index, format);
    } else {
      String between = "";
      for (long position : shownAlong(axis)) {
        text.append(between);
        if (position < 0) {
          text.append("...");
        } else {
          print(text, axis + 1, index + position * strides[axis], format);
        }
        between = "\n".repeat(strides.length - 1 - axis) + " ".repeat(axis + 1);
      }
    }
    text.append(']');
  }

  /** Prints the elements along the last axis, wrapped into lines. */
  private void row(StringBuilder text, long index, LongFunction<String> format) {
    int indent = strides.length;
    int column = indent;
    for (long position : shownAlong(strides.length - 1)) {
      String word = position < 0 ? "..." : format.apply(index + position);
      if (column > indent && column + word.length() > WIDTH - indent) {
        while (text.charAt(text.length() - 1) == ' ') {
          text.setLength(text.length() - 1);
        }
        text.append('\n').append(" ".repeat(indent));
        column = indent;
      } else if (column > indent) {
        text.append(' ');
      }
      text.append(word);
      column += word.length() + 1;
    }
  }

  private LongFunction<String> formatOf(List<Long> shown) {
    var memory = tensor.memory();
    long offset = tensor.offset();
    LongFunction<String> plain =
        switch (tensor.dtype()) {
          case FLOAT16, FLOAT32, FLOAT64 -> floatFormat(shown);
          case BFLOAT16 -> i -> sixDigits(number(i));
          case BOOL ->
              i -> Elements.getLong(DType.BOOL, memory, offset + i) != 0 ? "True" : "False";
          case INT8, INT16, INT32, INT64, UINT8, UINT16 ->
              i -> Long.toString(Elements.getLong(tensor.dtype(), memory, offset + i));
          case STRING -> throw Elements.noNumber();
        };
    if (strides.length == 0 || tensor.dtype() == DType.BFLOAT16) {
      return plain;
    }
    int width = shown.stream().mapToInt(i -> plain.apply(i).length()).max().orElse(0);
    return i -> padLeft(plain.apply(i), width);
  }

  private LongFunction<String> floatFormat(List<Long> shown) {
    double largest = 0;
    double smallest = Double.MAX_VALUE;
    for (long i : shown) {
      double magnitude = Math.abs(number(i));
      if (magnitude != 0 && Double.isFinite(magnitude)) {
        largest = Math.max(largest, magnitude);
        smallest = Math.min(smallest, magnitude);
      }
    }
    // NumPy compares in the element type.
    boolean wide = inType(largest / smallest) > 1e3;
    double limit =
        switch (tensor.dtype()) {
          case FLOAT16 -> 1e3;
          case FLOAT32 -> 1e6;
          default -> strides.length == 0 ? 1e16 : 1e8;
        };
    boolean scientific = largest >= limit || (largest > 0 && (smallest < inType(1e-4) || wide));
    if (strides.length == 0) {
      // A scalar prints as NumPy prints the number itself.
      scientific = largest >= limit || (largest > 0 && smallest < 1e-4);
    }
    int digits = 0;
    for (long i : shown) {
      double value = number(i);
      if (Double.isFinite(value)) {
        digits = Math.max(digits, scientific ? mantissaDigits(i) : fractionDigits(i));
      }
    }
    return scientific ? scientificFormat(digits, shown) : fixedFormat(digits);
  }

  private LongFunction<String> fixedFormat(int digits) {
    boolean scalar = strides.length == 0;
    return i -> {
      double value = number(i);
      if (!Double.isFinite(value)) {
        return special(value);
      }
      BigDecimal digitsThatTell = shortest(i);
      BigDecimal rounded =
          (digitsThatTell.scale() > digits ? new BigDecimal(value) : digitsThatTell)
              .setScale(Math.max(digits, scalar ? 1 : 0), RoundingMode.HALF_EVEN);
      String text = (negativeZero(value, rounded) ? "-" : "") + rounded.toPlainString();
      if (scalar) {
        return text;
      }
      String stripped = text.contains(".") ? text.replaceAll("0+$", "") : text + ".";
      int width = text.length() + (digits == 0 ? 1 : 0);
      return stripped + " ".repeat(width - stripped.length());
    };
  }

  private LongFunction<String> scientificFormat(int digits, List<Long> shown) {
    int width =
        shown.stream()
            .filter(i -> Double.isFinite(number(i)))
            .mapToInt(i -> Integer.toString(Math.abs(exponent(rounded(i, digits)))).length())
            .reduce(2, Math::max);
    return i -> {
      double value = number(i);
      if (!Double.isFinite(value)) {
        return special(value);
      }
      BigDecimal exact = rounded(i, digits);
      int exponent = exponent(exact);
      String mantissa =
          exact.movePointLeft(exponent).setScale(digits, RoundingMode.HALF_EVEN).toPlainString();
      String sign = negativeZero(value, exact) ? "-" : "";
      String dot = digits == 0 && strides.length > 0 ? "." : "";
      String size = Integer.toString(Math.abs(exponent));
      return sign
          + mantissa
          + dot
          + "e"
          + (exponent < 0 ? "-" : "+")
          + "0".repeat(width - size.length())
          + size;
    };
  }

  private BigDecimal rounded(long i, int digits) {
    return new BigDecimal(number(i)).round(new MathContext(digits + 1, RoundingMode.HALF_EVEN));
  }

  private static int exponent(BigDecimal value) {
    return value.signum() == 0 ? 0 : value.precision() - value.scale() - 1;
  }

  private static boolean negativeZero(double value, BigDecimal rounded) {
    return rounded.signum() == 0 && (value < 0 || 1 / value < 0);
  }

  private int fractionDigits(long i) {
    return Math.clamp(shortest(i).stripTrailingZeros().scale(), 0, limit());
  }

  private int mantissaDigits(long i) {
    return Math.min(shortest(i).stripTrailingZeros().precision() - 1, limit());
  }

  private int limit() {
    return strides.length == 0 ? Integer.MAX_VALUE : PRECISION;
  }

  private double number(long i) {
    return Elements.getDouble(tensor.dtype(), tensor.memory(), tensor.offset() + i);
  }

  private BigDecimal shortest(long i) {
    double value = number(i);
    BigDecimal two =
        switch (tensor.dtype()) {
          case FLOAT64 -> new BigDecimal(Double.toString(value));
          case FLOAT32 -> new BigDecimal(Float.toString((float) value));
          default -> new BigDecimal(value);
        };
    // Java prints at least two digits, and the second is not always a zero: 4.9E-324. It has no
    // text form for float16.
    for (int digits = 1; digits < two.precision(); digits++) {
      BigDecimal fewer = two.round(new MathContext(digits, RoundingMode.HALF_EVEN));
      if (inType(fewer.doubleValue()) == value) {
        return fewer;
      }
    }
    return two;
  }

  /** Returns a number rounded to the element type. */
  private double inType(double value) {
    return switch (tensor.dtype()) {
      case FLOAT16 -> Float.float16ToFloat(Float.floatToFloat16((float) value));
      case FLOAT32 -> (float) value;
      default -> value;
    };
  }

  /** Returns a number in C's {@code %g} format, in which NumPy prints bfloat16. */
  private static String sixDigits(double value) {
    if (!Double.isFinite(value)) {
      return special(value);
    }
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(6, RoundingMode.HALF_EVEN));
    int exponent = exponent(rounded);
    boolean scientific = exponent < -4 || exponent >= 6;
    BigDecimal shown =
        (scientific ? rounded.movePointLeft(exponent) : rounded).stripTrailingZeros();
    return (negativeZero(value, rounded) ? "-" : "")
        + shown.toPlainString()
        + (scientific ? String.format(Locale.ROOT, "e%+03d", exponent) : "");
  }

  private static String special(double value) {
    return Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  }

  private static String padLeft(String text, int width) {
    return " ".repeat(Math.max(0, width - text.length())) + text;
  }
}
