package dev.tapedeck.checkpoint;

import java.util.List;

/** Floating-point numbers in JSON: NaN and infinities are strings. */
final class JsonNumbers {
  private static final List<String> NOT_FINITE = List.of("NaN", "Infinity", "-Infinity");

  private JsonNumbers() {}

  static Object write(double value) {
    return Double.isFinite(value) ? (Object) value : Double.toString(value);
  }

  static double real(Object written) {
    return switch (written) {
      case Double value -> value;
      case Long value -> value;
      case String text when NOT_FINITE.contains(text) -> Double.parseDouble(text);
      case null, default ->
          throw new IllegalArgumentException(
              "expected a number, received " + Mismatch.oneLine(String.valueOf(written)));
    };
  }

  static long whole(Object written, long least, long most) {
    long value = StrictJson.as(Long.class, written, "a whole number");
    if (value < least || value > most) {
      throw new IllegalArgumentException(value + " is not in [" + least + ", " + most + "]");
    }
    return value;
  }
}
