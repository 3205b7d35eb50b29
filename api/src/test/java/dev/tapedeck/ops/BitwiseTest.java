package dev.tapedeck.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.tapedeck.ops.pointwise.Bitwise;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bits at the ends of their types, and shifts that leave none. */
final class BitwiseTest {
  private static Tensor of(DType dtype, long value) {
    return Casting.cast(Tensor.of(new long[] {value}), dtype);
  }

  private static void assertIs(long expected, Tensor actual) {
    assertArrayEquals(new long[] {expected}, actual.toLongArray());
  }

  @ParameterizedTest
  @CsvSource({
    "INT32, 2147483647, -2147483648, 0, -1, -1, -2147483648",
    "INT64, 4611686018427387905, 1, 1, 4611686018427387905, 4611686018427387904, -4611686018427387906",
    "UINT8, 200, 15, 8, 207, 199, 55",
  })
  void bits(DType dtype, long x, long y, long and, long or, long xor, long not) {
    assertIs(and, Bitwise.bitwiseAnd(of(dtype, x), of(dtype, y)));
    assertIs(or, Bitwise.bitwiseOr(of(dtype, x), of(dtype, y)));
    assertIs(xor, Bitwise.bitwiseXor(of(dtype, x), of(dtype, y)));
    assertIs(not, Bitwise.bitwiseNot(of(dtype, x)));
  }

  @ParameterizedTest
  @CsvSource({
    "INT32, -7, 1, -14, -4",
    "INT32, 5, 31, -2147483648, 0",
    "INT32, -5, 32, 0, -1",
    "INT32, 5, 100, 0, 0",
    "INT64, -5, 63, -9223372036854775808, -1",
    "INT64, -5, 64, 0, -1",
    "INT64, 5, 1000, 0, 0",
    "UINT8, 200, 1, 144, 100",
    "UINT8, 200, 8, 0, 0",
    "UINT8, 200, 255, 0, 0",
  })
  void shifts(DType dtype, long x, long bits, long left, long right) {
    assertIs(left, Bitwise.leftShift(of(dtype, x), of(dtype, bits)));
    assertIs(right, Bitwise.rightShift(of(dtype, x), of(dtype, bits)));
  }
}
