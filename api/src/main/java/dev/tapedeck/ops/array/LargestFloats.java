package dev.tapedeck.ops.array;

import dev.tapedeck.tensor.Elements;
import java.lang.foreign.MemorySegment;

/**
 * The positions of the largest float32 elements of a row, the largest first; of equal ones the
 * first come first. Blocks whose maximum is too small are left out, by a loop that HotSpot
 * vectorizes.
 */
final class LargestFloats {
  private static final int BLOCK = 64;

  /** The largest number of elements for which moving those kept is quicker than selecting. */
  private static final int MOST = 128;

  private final MemorySegment memory;
  private final long start;

  /** The keys of those kept, and below them the complements of their positions; falling. */
  private final long[] largest;

  private int kept;

  private LargestFloats(MemorySegment memory, long start, int count) {
    this.memory = memory;
    this.start = start;
    this.largest = new long[count];
  }

  /** Returns whether this is quicker than to select by {@link Ordering}. */
  static boolean suits(long count, long size) {
    return count > 0 && count <= MOST && count <= size / 32;
  }

  /** Returns the positions of {@code count} elements of a row of {@code size}. */
  static int[] of(MemorySegment memory, long start, int size, int count) {
    LargestFloats row = new LargestFloats(memory, start, count);
    row.insert(0, Math.min(BLOCK, size));
    for (int first = BLOCK; first < size; first += BLOCK) {
      int end = Math.min(first + BLOCK, size);
      if (row.kept < count || !(row.most(first, end) <= row.bound())) {
        row.insert(first, end);
      }
    }
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      order[i] = row.position(i);
    }
    return order;
  }

  private int position(int rank) {
    return ~(int) largest[rank];
  }

  /** Returns the largest element of a block; NaN if there is one. */
  private float most(int first, int end) {
    float most = Float.NEGATIVE_INFINITY;
    for (int i = first; i < end; i++) {
      most = Math.max(most, memory.getAtIndex(Elements.FLOAT, start + i));
    }
    return most;
  }

  /** Returns the smallest element that is kept. */
  private float bound() {
    return memory.getAtIndex(Elements.FLOAT, start + position(kept - 1));
  }

  private void insert(int first, int end) {
    for (int i = first; i < end; i++) {
      float x = memory.getAtIndex(Elements.FLOAT, start + i);
      if (kept < largest.length || !(x <= bound())) {
        insert(Ordering.key(x) << 32 | (~i & 0xffffffffL));
      }
    }
  }

  private void insert(long key) {
    if (kept == largest.length && key < largest[kept - 1]) {
      return;
    }
    int end = kept < largest.length ? kept++ : kept - 1;
    int at = end;
    while (at > 0 && key > largest[at - 1]) {
      at--;
    }
    System.arraycopy(largest, at, largest, at + 1, end - at);
    largest[at] = key;
  }
}
