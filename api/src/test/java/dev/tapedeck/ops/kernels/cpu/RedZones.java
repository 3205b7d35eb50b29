package dev.tapedeck.ops.kernels.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;

/** Slots with red zones around them, in which a write is detected. */
final class RedZones extends GuardedMemory {
  /** More than a vector has, and aligned for all elements, but not for vectors. */
  private static final long RED_ZONE = 136;

  private static final long SLOT = 1 << 16;
  private static final byte POISON = (byte) 0xa5;

  private final MemorySegment all = Arena.ofAuto().allocate(SLOTS * SLOT, 64).fill(POISON);
  private final Map<Integer, Long> used = new HashMap<>();

  private MemorySegment slot(int number) {
    return all.asSlice(number * SLOT, SLOT);
  }

  @Override
  MemorySegment memory(int slot, long bytes) {
    used.put(slot, bytes);
    return slot(slot).asSlice(RED_ZONE, bytes);
  }

  @Override
  public void clear(String what) {
    super.clear(what);
    used.forEach(
        (number, bytes) -> {
          MemorySegment slot = slot(number);
          for (long i = 0; i < RED_ZONE; i++) {
            check(what, number, slot, RED_ZONE + bytes + i, bytes + i);
            check(what, number, slot, RED_ZONE - 1 - i, -1 - i);
          }
          slot.asSlice(0, 2 * RED_ZONE + bytes).fill(POISON);
        });
    used.clear();
  }

  private static void check(
      String what, int tensor, MemorySegment slot, long index, long fromItsStart) {
    assertEquals(
        POISON,
        slot.get(ValueLayout.JAVA_BYTE, index),
        () -> what + " wrote byte " + fromItsStart + " of tensor " + tensor);
  }
}
