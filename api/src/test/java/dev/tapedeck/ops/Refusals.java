package dev.tapedeck.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.function.Executable;

/** What the tests of error messages share. */
final class Refusals {
  private Refusals() {}

  /** Tests that a call is refused with exactly this message. */
  static DynamicTest says(String message, Executable call) {
    return dynamicTest(
        message,
        () ->
            assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage()));
  }

  static Tensor zeros(long... shape) {
    return Tensor.zeros(DType.FLOAT32, shape);
  }

  static Tensor ints(long... shape) {
    return Tensor.zeros(DType.INT32, shape);
  }
}
