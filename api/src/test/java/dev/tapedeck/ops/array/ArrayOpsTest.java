package dev.tapedeck.ops.array;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** Ops made directly, as a file makes them, refuse attributes that do not fit. */
final class ArrayOpsTest {
  private static final long HUGE = 1L << 62;
  private static final Tensor FIVE = Tensor.ones(DType.FLOAT32, 5);

  @Test
  void partsThatDoNotAddUp() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new Joining.Split(0, HUGE, HUGE, HUGE, HUGE, 5).apply(FIVE));
  }

  @Test
  void aRowForEachId() {
    SegmentOps.Ids ids = new SegmentOps.Ids("embeddingLookup", "rows", 6, true);
    assertThrows(
        IllegalArgumentException.class,
        () -> new SegmentOps.SegmentGather(ids).applyTo(FIVE, Tensor.of(new int[] {5})));
    assertThrows(
        IllegalArgumentException.class,
        () -> new SegmentOps.Ids("segmentSum", "segments", -1, false));
    assertThrows(IllegalArgumentException.class, () -> Shape.of(-2));
  }
}
