package dev.tapedeck.ops.array;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import java.lang.foreign.MemorySegment;
import java.util.stream.IntStream;

/** An ordering of elements of every type, by whole-number keys that compare as the elements do. */
final class Ordering {
  /** The keys of NaN, which is larger than any number: of float64, and of the narrower types. */
  private static final long NAN = Double.doubleToLongBits(Double.NaN);

  private static final long NARROW_NAN = Float.floatToIntBits(Float.NaN);

  /** Count up to which to insert is quicker than to select. */
  private static final int MOST_INSERTED = 16;

  private Ordering() {}

  /** Returns a key that compares as the element does; both zeros have the same. */
  static long key(DType dtype, MemorySegment memory, long index) {
    return switch (dtype) {
      case FLOAT64 -> key(memory.getAtIndex(Elements.DOUBLE, index));
      case FLOAT32 -> key(memory.getAtIndex(Elements.FLOAT, index));
      case FLOAT16, BFLOAT16 -> key((float) Elements.getDouble(dtype, memory, index));
      default -> Elements.getLong(dtype, memory, index);
    };
  }

  private static long key(double x) {
    long bits = Double.doubleToLongBits(x + 0.0);
    return bits ^ (bits >> 63 & Long.MAX_VALUE);
  }

  /** Returns the key of a float32 element. */
  static long key(float x) {
    int bits = Float.floatToIntBits(x + 0.0f);
    return bits ^ (bits >> 31 & Integer.MAX_VALUE);
  }

  /** Returns the keys of {@code count} elements, {@code step} apart. */
  static long[] keys(EagerTensor x, long start, long step, long count) {
    MemorySegment memory = x.elements();
    long[] keys = new long[(int) count];
    if (x.dtype() == DType.FLOAT32) {
      for (int j = 0; j < keys.length; j++) {
        keys[j] = key(memory.getAtIndex(Elements.FLOAT, start + j * step));
      }
    } else {
      for (int j = 0; j < keys.length; j++) {
        keys[j] = key(x.dtype(), memory, start + j * step);
      }
    }
    return keys;
  }

  /** Returns whether elements of a key are equal to each other: NaN equals nothing. */
  static boolean isNumber(DType dtype, long key) {
    return !dtype.isFloating() || key != (dtype == DType.FLOAT64 ? NAN : NARROW_NAN);
  }

  /**
   * Returns the positions of the keys in ascending order, the first {@code count} at least; equal
   * ones keep their order.
   */
  static int[] first(int count, long... keys) {
    if (count >= keys.length) {
      return sorted(keys);
    }
    return count <= MOST_INSERTED ? inserted(count, keys) : selected(count, keys);
  }

  /** Goes through the keys once, and keeps the smallest so far in order. */
  private static int[] inserted(int count, long... keys) {
    int[] order = new int[count];
    int kept = 0;
    long largest = Long.MIN_VALUE;
    for (int i = 0; i < keys.length; i++) {
      if (kept == count && keys[i] >= largest) {
        continue;
      }
      int at = kept < count ? kept++ : count - 1;
      for (; at > 0 && keys[i] < keys[order[at - 1]]; at--) {
        order[at] = order[at - 1];
      }
      order[at] = i;
      largest = keys[order[kept - 1]];
    }
    return order;
  }

  /** Returns the positions of the smallest keys, the first of equal ones, in order. */
  private static int[] selected(int count, long... keys) {
    long most = RadixOrder.selected(count - 1, keys);
    int below = 0;
    for (long key : keys) {
      below += key < most ? 1 : 0;
    }
    int[] chosen = new int[count];
    int equal = count - below;
    int found = 0;
    for (int i = 0; found < count; i++) { // without branches, which would be guessed wrongly
      chosen[found] = i;
      int same = keys[i] == most ? 1 : 0;
      found += keys[i] < most ? 1 : same & (equal > 0 ? 1 : 0);
      equal -= same;
    }
    long[] least = new long[count];
    for (int i = 0; i < count; i++) {
      least[i] = keys[chosen[i]];
    }
    int[] order = sorted(least);
    for (int i = 0; i < count; i++) {
      order[i] = chosen[order[i]];
    }
    return order;
  }

  /** Returns the positions of the keys in ascending order; equal ones keep their order. */
  static int[] sorted(long... keys) {
    return keys.length < RadixOrder.LEAST ? merged(keys) : RadixOrder.sorted(keys);
  }

  private static int[] merged(long... keys) {
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
