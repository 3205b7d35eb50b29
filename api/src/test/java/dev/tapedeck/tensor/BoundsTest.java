package dev.tapedeck.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A tensor over memory lies within it. */
final class BoundsTest {
  private static final EagerTensor SIX = (EagerTensor) Tensor.of(new float[] {0, 1, 2, 3, 4, 5});

  @Test
  void viewsWithinTheMemoryAreMade() {
    assertEquals(5, SIX.view(Shape.of(2, 3), new long[] {3, 1}, 0).toDoubleArray()[5]);
    assertEquals(0, SIX.view(Shape.of(6), new long[] {-1}, 5).toDoubleArray()[5]);
    assertEquals(1L << 40, SIX.view(Shape.of(1L << 40), new long[] {0}, 3).shape().count());
    assertEquals(0, SIX.view(Shape.of(0, 7), new long[] {1L << 62, 9}, 99).offset());
    assertEquals(5, SIX.view(Shape.of(), new long[0], 5).item());
    assertEquals(5, SIX.view(Shape.of(1), new long[] {Long.MIN_VALUE}, 5).item());
  }

  @ParameterizedTest
  @CsvSource({
    "7, 1, 0",
    "6, 1, 1",
    "1, 1, 6",
    "1, 1, -1",
    "6, -1, 4",
    "2, 6, 0",
    "2, -9223372036854775808, 0",
    "3, 4611686018427387904, 0", // 2 strides are 2^63
    "5, 4611686018427387904, 0", // 4 strides are 2^64, which wraps to 0
    "2, 9223372036854775807, -9223372036854775808",
    "9223372036854775807, 9223372036854775807, 0",
    "-1, 1, 0",
  })
  void othersAreRefused(long size, long stride, long offset) {
    var refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> SIX.view(Shape.of(size), new long[] {stride}, offset));
    assertTrue(
        refused.getMessage().contains("elements must lie within the memory"), refused::getMessage);
  }

  /** Each axis would bring the sum back into the memory by wrapping around. */
  @Test
  void twoAxesDoNotMakeUpForEachOther() {
    assertThrows(
        IllegalArgumentException.class,
        () -> SIX.view(Shape.of(2, 2), new long[] {Long.MIN_VALUE, Long.MIN_VALUE}, 0));
    assertThrows(IllegalArgumentException.class, () -> SIX.view(Shape.of(2, 3), new long[] {1}, 0));
  }

  @Test
  void otherTypesOfTheMemoryToo() {
    TensorSpec three = new TensorSpec(DType.FLOAT64, Shape.of(3));
    assertEquals(24, SIX.reinterpreted(three, 0).elements().byteSize());
    assertThrows(IllegalArgumentException.class, () -> SIX.reinterpreted(three, 8));
    assertThrows(IllegalArgumentException.class, () -> SIX.reinterpreted(three, 4));
    assertThrows(IllegalArgumentException.class, () -> SIX.reinterpreted(three, -8));
  }

  @Test
  void onlyOnesStretch() {
    assertThrows(IllegalArgumentException.class, () -> SIX.broadcastTo(Shape.of(5)));
    assertThrows(IllegalArgumentException.class, () -> SIX.broadcastTo(Shape.of()));
    assertEquals(12, SIX.broadcastTo(Shape.of(2, 6)).toDoubleArray().length);
  }

  /** Strides are products of sizes, of an empty tensor as well. */
  @Test
  void shapesOfZerosHaveExactStrides() {
    assertThrows(IllegalArgumentException.class, () -> Shape.of(0, 1L << 62, 8));
    assertThrows(IllegalArgumentException.class, () -> Shape.of(Shape.UNKNOWN, 1L << 62, 8));
    assertEquals(0, Shape.of(0, 1L << 40).count());
  }
}
