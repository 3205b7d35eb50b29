package dev.tapedeck.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.Grid;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What whole numbers do where doubles would not show it: signs, overflow, more than 53 bits. */
final class WholeNumbersTest {
  private static Tensor of(String dtype, long value) {
    return Casting.cast(Tensor.of(new long[] {value}), DType.valueOf(dtype));
  }

  @ParameterizedTest
  @CsvSource({
    "INT32, 7, 2, 3, 1",
    "INT32, -7, 2, -4, 1",
    "INT32, 7, -2, -4, -1",
    "INT64, -7, -2, 3, -1",
    "INT64, 6, -3, -2, 0",
    "UINT8, 200, 7, 28, 4",
    "INT32, -2147483648, -1, -2147483648, 0",
    "INT64, -9223372036854775808, -1, -9223372036854775808, 0",
  })
  void divisionRoundsDown(String dtype, long x, long y, long quotient, long remainder) {
    assertArrayEquals(new long[] {quotient}, of(dtype, x).floorDiv(of(dtype, y)).toLongArray());
    assertArrayEquals(new long[] {remainder}, of(dtype, x).mod(of(dtype, y)).toLongArray());
  }

  @ParameterizedTest
  @CsvSource({
    "INT32, 2147483647, 1, -2147483648, 2147483646, 2147483647",
    "INT64, 9223372036854775807, 2, -9223372036854775807, 9223372036854775805, -2",
    "INT64, 9007199254740993, 3, 9007199254740996, 9007199254740990, 27021597764222979",
    "UINT8, 250, 10, 4, 240, 196",
    "UINT8, 1, 2, 3, 255, 2",
  })
  void arithmeticWrapsAround(
      String dtype, long x, long y, long sum, long difference, long product) {
    assertArrayEquals(new long[] {sum}, of(dtype, x).add(of(dtype, y)).toLongArray());
    assertArrayEquals(new long[] {difference}, of(dtype, x).sub(of(dtype, y)).toLongArray());
    assertArrayEquals(new long[] {product}, of(dtype, x).mul(of(dtype, y)).toLongArray());
  }

  @ParameterizedTest
  @CsvSource({"2, 62, 4611686018427387904", "-3, 3, -27", "7, 0, 1", "3, 40, -6289078614652622815"})
  void powersAreExact(long x, long y, long power) {
    assertArrayEquals(new long[] {power}, of("INT64", x).pow(of("INT64", y)).toLongArray());
  }

  /** Neighbours that are one double. */
  @ParameterizedTest
  @CsvSource({"9007199254740992", "-9007199254740993", "9223372036854775806"})
  void comparisonsAreExact(long low) {
    Tensor pair = Tensor.of(new long[] {low, low + 1});
    assertArrayEquals(new boolean[] {true, false}, pair.less(low + 1).toBooleanArray());
    assertArrayEquals(new boolean[] {false, true}, pair.equal(low + 1).toBooleanArray());
    assertEquals(1, Reductions.argmax(pair, 0).item());
    assertEquals(1, Reductions.argmin(pair.neg(), 0).item());
    assertArrayEquals(new long[] {low + 1}, Tensor.of(pair.max()).toLongArray());
    assertArrayEquals(new long[] {low}, pair.min().toLongArray());
  }

  @ParameterizedTest
  @CsvSource({
    "FLOAT64, 3.99, INT32, 3",
    "FLOAT64, -3.99, INT64, -3",
    "FLOAT64, 1e20, INT32, 2147483647",
    "FLOAT32, -1e20, INT64, -9223372036854775808",
    "FLOAT64, NaN, INT32, 0",
    "FLOAT64, 300.5, UINT8, 255",
    "FLOAT32, -1, UINT8, 0",
    "FLOAT64, NaN, BOOL, 1",
    "FLOAT64, 0.1, BOOL, 1",
    "INT64, 4294967297, INT32, 1",
    "INT32, 257, UINT8, 1",
    "INT32, -1, UINT8, 255",
    "INT64, 256, BOOL, 1",
    "UINT8, 255, INT32, 255",
    "FLOAT32, -1.9, INT8, -1",
    "FLOAT32, 300, INT8, 127",
    "FLOAT32, -40000, INT16, -32768",
    "FLOAT64, 1e20, UINT16, 65535",
    "FLOAT16, NaN, INT16, 0",
    "BFLOAT16, -3, UINT16, 0",
    "INT32, 300, INT8, 44",
    "INT32, 70000, INT16, 4464",
    "INT32, -1, UINT16, 65535",
    "UINT16, 65535, INT8, -1",
    "INT8, -128, INT64, -128",
  })
  void castsSayHowTheyRound(DType from, double value, DType to, long expected) {
    Tensor x = Grid.of(Grid.shape(1), i -> value).tensor(from);
    Tensor result = Casting.cast(x, to);
    assertEquals(to, result.dtype());
    assertArrayEquals(new long[] {expected}, result.toLongArray());
  }

  @ParameterizedTest
  @CsvSource({
    "1.00048828125, 1, 1", // half way between two float16: to the even one
    "1.00146484375, 1.001953125, 1",
    "1.00390625, 1.00390625, 1", // half way between two bfloat16
    "1.01171875, 1.01171875, 1.015625",
    "65519, 65504, 65536",
    "65520, Infinity, 65536",
    "3.4e38, Infinity, Infinity",
    "-3.3e38, -Infinity, -3.2964855e38",
    "6e-8, 5.9604645e-8, 6.0070306e-8",
    "1e-9, 0, 9.968062e-10",
    "NaN, NaN, NaN",
    "-0.0, -0.0, -0.0",
  })
  void castsToSixteenBitsRoundToTheNearest(double value, float half, float brain) {
    Tensor x = Tensor.of(value);
    assertEquals(half, Casting.cast(x, DType.FLOAT16).toFloatArray()[0]);
    assertEquals(brain, Casting.cast(x, DType.BFLOAT16).toFloatArray()[0]);
  }
}
