package dev.tapedeck.ops.kernels.nd4j;

import dev.tapedeck.tensor.Elements;
import java.lang.foreign.MemorySegment;

/**
 * Loops of float32 that HotSpot compiles to good code.
 *
 * <p>It does so only if a loop is a method of its own, reads fields before it starts, and tests
 * whether an operand is one element in a way that can be hoisted. With a step multiplied to the
 * index, the maximum of 2.8 million elements and 0 took 4.9 ms instead of 1.3, and with one method
 * for all loops HotSpot did not inline the calls in them.
 */
final class Float32Loops {
  private Float32Loops() {}

  /** An operand: elements, or one repeated element. */
  static final class Operand {
    private final MemorySegment memory;
    private final boolean one;
    private final float first;

    Operand(MemorySegment memory, int step) {
      this.memory = memory;
      this.one = step == 0;
      this.first = memory.get(Elements.FLOAT, 0);
    }
  }

  static void sqrt(Operand x, MemorySegment z, long count) {
    MemorySegment from = x.memory;
    boolean one = x.one;
    float first = x.first;
    for (long i = 0; i < count; i++) {
      float a = one ? first : from.getAtIndex(Elements.FLOAT, i);
      z.setAtIndex(Elements.FLOAT, i, (float) Math.sqrt(a));
    }
  }

  static void neg(Operand x, MemorySegment z, long count) {
    MemorySegment from = x.memory;
    boolean one = x.one;
    float first = x.first;
    for (long i = 0; i < count; i++) {
      float a = one ? first : from.getAtIndex(Elements.FLOAT, i);
      z.setAtIndex(Elements.FLOAT, i, -a);
    }
  }

  static void abs(Operand x, MemorySegment z, long count) {
    MemorySegment from = x.memory;
    boolean one = x.one;
    float first = x.first;
    for (long i = 0; i < count; i++) {
      float a = one ? first : from.getAtIndex(Elements.FLOAT, i);
      z.setAtIndex(Elements.FLOAT, i, Math.abs(a));
    }
  }

  static void max(Operand x, Operand y, MemorySegment z, long count) {
    MemorySegment left = x.memory;
    MemorySegment right = y.memory;
    boolean oneLeft = x.one;
    boolean oneRight = y.one;
    float firstLeft = x.first;
    float firstRight = y.first;
    for (long i = 0; i < count; i++) {
      float a = oneLeft ? firstLeft : left.getAtIndex(Elements.FLOAT, i);
      float b = oneRight ? firstRight : right.getAtIndex(Elements.FLOAT, i);
      z.setAtIndex(Elements.FLOAT, i, Math.max(a, b));
    }
  }

  static void min(Operand x, Operand y, MemorySegment z, long count) {
    MemorySegment left = x.memory;
    MemorySegment right = y.memory;
    boolean oneLeft = x.one;
    boolean oneRight = y.one;
    float firstLeft = x.first;
    float firstRight = y.first;
    for (long i = 0; i < count; i++) {
      float a = oneLeft ? firstLeft : left.getAtIndex(Elements.FLOAT, i);
      float b = oneRight ? firstRight : right.getAtIndex(Elements.FLOAT, i);
      z.setAtIndex(Elements.FLOAT, i, Math.min(a, b));
    }
  }

  static void xmuly(Operand x, Operand y, MemorySegment z, long count) {
    MemorySegment left = x.memory;
    MemorySegment right = y.memory;
    boolean oneLeft = x.one;
    boolean oneRight = y.one;
    float firstLeft = x.first;
    float firstRight = y.first;
    for (long i = 0; i < count; i++) {
      float a = oneLeft ? firstLeft : left.getAtIndex(Elements.FLOAT, i);
      float b = oneRight ? firstRight : right.getAtIndex(Elements.FLOAT, i);
      z.setAtIndex(Elements.FLOAT, i, a == 0 ? a : a * b);
    }
  }

  static void xdivy(Operand x, Operand y, MemorySegment z, long count) {
    MemorySegment left = x.memory;
    MemorySegment right = y.memory;
    boolean oneLeft = x.one;
    boolean oneRight = y.one;
    float firstLeft = x.first;
    float firstRight = y.first;
    for (long i = 0; i < count; i++) {
      float a = oneLeft ? firstLeft : left.getAtIndex(Elements.FLOAT, i);
      float b = oneRight ? firstRight : right.getAtIndex(Elements.FLOAT, i);
      z.setAtIndex(Elements.FLOAT, i, a == 0 ? a : a / b);
    }
  }

  static void less(Operand x, Operand y, MemorySegment z, long count) {
    MemorySegment left = x.memory;
    MemorySegment right = y.memory;
    boolean oneLeft = x.one;
    boolean oneRight = y.one;
    float firstLeft = x.first;
    float firstRight = y.first;
    for (long i = 0; i < count; i++) {
      float a = oneLeft ? firstLeft : left.getAtIndex(Elements.FLOAT, i);
      float b = oneRight ? firstRight : right.getAtIndex(Elements.FLOAT, i);
      z.set(Elements.BYTE, i, (byte) (a < b ? 1 : 0));
    }
  }

  static void lessEqual(Operand x, Operand y, MemorySegment z, long count) {
    MemorySegment left = x.memory;
    MemorySegment right = y.memory;
    boolean oneLeft = x.one;
    boolean oneRight = y.one;
    float firstLeft = x.first;
    float firstRight = y.first;
    for (long i = 0; i < count; i++) {
      float a = oneLeft ? firstLeft : left.getAtIndex(Elements.FLOAT, i);
      float b = oneRight ? firstRight : right.getAtIndex(Elements.FLOAT, i);
      z.set(Elements.BYTE, i, (byte) (a <= b ? 1 : 0));
    }
  }

  /** Selects the first operand where the condition, a byte for each element, is not 0. */
  static void select(MemorySegment condition, Operand x, Operand y, MemorySegment z, long count) {
    MemorySegment left = x.memory;
    MemorySegment right = y.memory;
    boolean oneLeft = x.one;
    boolean oneRight = y.one;
    float firstLeft = x.first;
    float firstRight = y.first;
    for (long i = 0; i < count; i++) {
      float a = oneLeft ? firstLeft : left.getAtIndex(Elements.FLOAT, i);
      float b = oneRight ? firstRight : right.getAtIndex(Elements.FLOAT, i);
      z.setAtIndex(Elements.FLOAT, i, condition.get(Elements.BYTE, i) != 0 ? a : b);
    }
  }

  /** Returns whether no element is infinite or NaN: their exponents have all bits set. */
  static boolean isFinite(MemorySegment x, long count) {
    int overflows = 0;
    for (long i = 0; i < count; i++) {
      overflows |= (x.getAtIndex(Elements.INT, i) & 0x7fffffff) + 0x00800000;
    }
    return overflows >= 0;
  }

  /** Returns the sum in double, by four independent sums that the processor overlaps. */
  static double sum(MemorySegment from, long start, long count) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    long end = start + count;
    long i = start;
    for (; i < end - 3; i += 4) {
      a += from.getAtIndex(Elements.FLOAT, i);
      b += from.getAtIndex(Elements.FLOAT, i + 1);
      c += from.getAtIndex(Elements.FLOAT, i + 2);
      d += from.getAtIndex(Elements.FLOAT, i + 3);
    }
    for (; i < end; i++) {
      a += from.getAtIndex(Elements.FLOAT, i);
    }
    return a + b + c + d;
  }
}
