package dev.tapedeck.summaries;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * JSON written character for character as by Python's {@code json.dumps} with sorted keys, which
 * TensorBoard hashes hyperparameters with.
 *
 * @param comma separator of items
 * @param colon separator of key and value
 */
record PythonJson(String comma, String colon) {
  String write(Object value) {
    return switch (value) {
      case null -> "null";
      case Map<?, ?> map -> object(map);
      case List<?> list ->
          list.stream().map(this::write).collect(Collectors.joining(comma, "[", "]"));
      case CharSequence text -> quote(text);
      case Float number -> number(number.doubleValue());
      case Double number -> number(number);
      case Boolean _, Number _ -> value.toString();
      default ->
          throw new IllegalArgumentException(
              "expected maps, lists, strings, numbers and booleans, received "
                  + value.getClass().getName());
    };
  }

  private String object(Map<?, ?> map) {
    Map<String, Object> sorted = new TreeMap<>();
    map.forEach((key, value) -> sorted.put(key.toString(), value));
    return sorted.entrySet().stream()
        .map(entry -> quote(entry.getKey()) + colon + write(entry.getValue()))
        .collect(Collectors.joining(comma, "{", "}"));
  }

  private static String quote(CharSequence text) {
    return text.chars().mapToObj(PythonJson::escape).collect(Collectors.joining("", "\"", "\""));
  }

  private static String escape(int c) {
    return switch (c) {
      case '"' -> "\\\"";
      case '\\' -> "\\\\";
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      case '\b' -> "\\b";
      case '\f' -> "\\f";
      default ->
          c >= ' ' && c < 127 ? Character.toString(c) : String.format(Locale.ROOT, "\\u%04x", c);
    };
  }

  /**
   * Returns a number as Python prints it: Java has the same digits, but other rules for exponents.
   */
  private static String number(double value) {
    if (!Double.isFinite(value)) {
      return Double.toString(value);
    }
    var digits = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    int exponent = digits.precision() - digits.scale() - 1;
    if (value == 0 || (exponent >= -4 && exponent < 16)) {
      String plain = value == 0 ? Double.toString(value) : digits.toPlainString();
      return plain.contains(".") ? plain : plain + ".0";
    }
    String mantissa = digits.movePointLeft(exponent).toPlainString();
    return mantissa
        + (exponent < 0 ? "e-" : "e+")
        + String.format(Locale.ROOT, "%02d", Math.abs(exponent));
  }
}
