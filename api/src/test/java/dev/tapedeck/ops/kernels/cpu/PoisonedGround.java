package dev.tapedeck.ops.kernels.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;

/** Plots with borders of which it is seen when they have been written to. */
final class PoisonedGround extends Ground {
  /** More than a vector has, and aligned for all elements, but not for vectors. */
  private static final long BORDER = 136;

  private static final long PLOT = 1 << 16;
  private static final byte POISON = (byte) 0xa5;

  private final MemorySegment all = Arena.ofAuto().allocate(PLOTS * PLOT, 64).fill(POISON);
  private final Map<Integer, Long> used = new HashMap<>();

  private MemorySegment plot(int number) {
    return all.asSlice(number * PLOT, PLOT);
  }

  @Override
  MemorySegment memory(int plot, long bytes) {
    used.put(plot, bytes);
    return plot(plot).asSlice(BORDER, bytes);
  }

  @Override
  public void clear(String what) {
    super.clear(what);
    used.forEach(
        (number, bytes) -> {
          MemorySegment plot = plot(number);
          for (long i = 0; i < BORDER; i++) {
            check(what, number, plot, BORDER + bytes + i, bytes + i);
            check(what, number, plot, BORDER - 1 - i, -1 - i);
          }
          plot.asSlice(0, 2 * BORDER + bytes).fill(POISON);
        });
    used.clear();
  }

  private static void check(
      String what, int tensor, MemorySegment plot, long index, long fromItsStart) {
    assertEquals(
        POISON,
        plot.get(ValueLayout.JAVA_BYTE, index),
        () -> what + " wrote byte " + fromItsStart + " of tensor " + tensor);
  }
}
