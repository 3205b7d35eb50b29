package dev.tapedeck.ops.array;

import java.util.Arrays;

/**
 * Sorting and selection of whole-number keys by their digits, without comparisons. Digits are of
 * the distance from the smallest key, so that keys of a small range have few.
 *
 * <p>D. Knuth, "The Art of Computer Programming", volume 3, section 5.2.5.
 */
final class RadixOrder {
  /** The number of keys from which on this is quicker than merging. */
  static final int LEAST = 1 << 10;

  private static final int BITS = 11;
  private static final int DIGITS = 1 << BITS;

  private RadixOrder() {}

  /** Returns the positions of the keys in ascending order; equal ones keep their order. */
  static int[] sorted(long... keys) {
    long least = Arrays.stream(keys).min().orElse(0);
    int bits = Long.SIZE - Long.numberOfLeadingZeros(Arrays.stream(keys).max().orElse(0) - least);
    long[] from = keys.clone();
    int[] order = new int[keys.length];
    Arrays.setAll(order, i -> i);
    long[] to = new long[keys.length];
    int[] ordered = new int[keys.length];
    for (int shift = 0; shift < bits; shift += BITS) {
      distribute(from, order, to, ordered, starts(from, least, shift), least, shift);
      long[] spare = from;
      from = to;
      to = spare;
      int[] spareOrder = order;
      order = ordered;
      ordered = spareOrder;
    }
    return order;
  }

  /** Returns the number of keys of each digit. */
  private static int[] counts(long[] keys, int size, long least, int shift) {
    int[] counts = new int[DIGITS];
    for (int i = 0; i < size; i++) {
      counts[digit(keys[i], least, shift)]++;
    }
    return counts;
  }

  private static int digit(long key, long least, int shift) {
    return (int) ((key - least) >>> shift) & (DIGITS - 1);
  }

  /** Returns where the keys of each digit begin in the order of digits. */
  private static int[] starts(long[] keys, long least, int shift) {
    int[] starts = counts(keys, keys.length, least, shift);
    int start = 0;
    for (int digit = 0; digit < DIGITS; digit++) {
      int count = starts[digit];
      starts[digit] = start;
      start += count;
    }
    return starts;
  }

  private static void distribute(
      long[] from, int[] order, long[] to, int[] ordered, int[] starts, long least, int shift) {
    for (int i = 0; i < from.length; i++) {
      int at = starts[digit(from[i], least, shift)]++;
      to[at] = from[i];
      ordered[at] = order[i];
    }
  }

  /** Returns the key that has {@code rank} others before it in ascending order. */
  static long selected(int rank, long... keys) {
    long least = Arrays.stream(keys).min().orElse(0);
    int bits = Long.SIZE - Long.numberOfLeadingZeros(Arrays.stream(keys).max().orElse(0) - least);
    long[] left = keys.clone();
    int size = keys.length;
    for (int shift = Math.max(bits - BITS, 0); bits > 0; shift = Math.max(shift - BITS, 0)) {
      int[] counts = counts(left, size, least, shift);
      int digit = 0;
      for (; rank >= counts[digit]; digit++) {
        rank -= counts[digit];
      }
      size = kept(left, size, digit, least, shift);
      bits = shift;
    }
    return left[0];
  }

  /** Keeps the keys of a digit, and returns their number. */
  private static int kept(long[] keys, int size, int digit, long least, int shift) {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (digit(keys[i], least, shift) == digit) {
        keys[kept++] = keys[i];
      }
    }
    return kept;
  }
}
