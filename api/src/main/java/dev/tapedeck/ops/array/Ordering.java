package dev.tapedeck.ops.array;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.stream.IntStream;

/** An ordering of elements of every type, by whole-number keys that compare as the elements do. */
final class Ordering {
  /** The key of NaN, which is larger than any number. */
  private static final long NAN = Double.doubleToLongBits(Double.NaN);

  /** Count up to which to select is quicker than to sort, even from keys in descending order. */
  private static final int MOST_SELECTED = 16;

  private Ordering() {}

  /** Returns a key that compares as the element does; both zeros have the same. */
  static long key(DType dtype, MemorySegment memory, long index) {
    if (!dtype.isFloating()) {
      return Elements.getLong(dtype, memory, index);
    }
    long bits = Double.doubleToLongBits(Elements.getDouble(dtype, memory, index) + 0.0);
    return bits ^ (bits >> 63 & Long.MAX_VALUE);
  }

  /** Returns the keys of {@code count} elements, {@code step} apart. */
  static long[] keys(EagerTensor x, long start, long step, long count) {
    MemorySegment memory = x.elements();
    long[] keys = new long[(int) count];
    Arrays.setAll(keys, j -> key(x.dtype(), memory, start + j * step));
    return keys;
  }

  /** Returns whether elements of a key are equal to each other: NaN equals nothing. */
  static boolean isNumber(DType dtype, long key) {
    return !dtype.isFloating() || key != NAN;
  }

  /**
   * Returns the positions of the keys in ascending order, the first {@code count} at least; equal
   * ones keep their order.
   */
  static int[] first(int count, long... keys) {
    return count <= MOST_SELECTED && count < keys.length ? selected(count, keys) : sorted(keys);
  }

  /** Goes through the keys once, and keeps the smallest so far in order. */
  private static int[] selected(int count, long... keys) {
    int[] order = new int[count];
    int kept = 0;
    for (int i = 0; i < keys.length; i++) {
      if (kept == count && (count == 0 || keys[i] >= keys[order[count - 1]])) {
        continue;
      }
      int at = kept < count ? kept++ : count - 1;
      for (; at > 0 && keys[i] < keys[order[at - 1]]; at--) {
        order[at] = order[at - 1];
      }
      order[at] = i;
    }
    return order;
  }

  /** Returns the positions of the keys in ascending order; equal ones keep their order. */
  static int[] sorted(long... keys) {
    int[] order = IntStream.range(0, keys.length).toArray();
    int[] merged = new int[keys.length];
    for (long width = 1; width < keys.length; width *= 2) {
      for (long low = 0; low < keys.length; low += 2 * width) {
        int middle = (int) Math.min(low + width, keys.length);
        int high = (int) Math.min(low + 2 * width, keys.length);
        merge(keys, order, merged, (int) low, middle, high);
      }
      int[] spare = order;
      order = merged;
      merged = spare;
    }
    return order;
  }

  private static void merge(long[] keys, int[] order, int[] merged, int low, int middle, int high) {
    int left = low;
    int right = middle;
    for (int to = low; to < high; to++) {
      boolean first = right >= high || (left < middle && keys[order[left]] <= keys[order[right]]);
      merged[to] = first ? order[left++] : order[right++];
    }
  }
}
