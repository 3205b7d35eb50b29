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
    long least = least(keys);
    int bits = bits(least, keys);
    int[] order = new int[keys.length];
    long[] from = new long[keys.length];
    long[] to = new long[keys.length];
    if (bits <= Integer.SIZE) {
      return packed(order, from, to, least, bits, keys);
    }
    System.arraycopy(keys, 0, from, 0, keys.length);
    Arrays.setAll(order, i -> i);
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

  /** Sorts short keys together with their positions, which are the lower halves of numbers. */
  private static int[] packed(
      int[] order, long[] from, long[] to, long least, int bits, long... keys) {
    for (int i = 0; i < keys.length; i++) {
      from[i] = ((keys[i] - least) << Integer.SIZE) | i;
    }
    for (int shift = Integer.SIZE; shift < Integer.SIZE + bits; shift += BITS) {
      int[] starts = starts(from, 0, shift);
      for (long key : from) {
        to[starts[digit(key, 0, shift)]++] = key;
      }
      long[] spare = from;
      from = to;
      to = spare;
    }
    for (int i = 0; i < order.length; i++) {
      order[i] = (int) from[i];
    }
    return order;
  }

  private static long least(long... keys) {
    long least = keys.length == 0 ? 0 : Long.MAX_VALUE;
    for (long key : keys) {
      least = Math.min(least, key);
    }
    return least;
  }

  /** Returns the number of bits of the largest distance from the smallest key. */
  private static int bits(long least, long... keys) {
    long most = least;
    for (long key : keys) {
      most = Math.max(most, key);
    }
    return Long.SIZE - Long.numberOfLeadingZeros(most - least);
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
    long least = least(keys);
    int bits = bits(least, keys);
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
