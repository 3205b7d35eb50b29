package dev.tapedeck.tensor;

import java.lang.foreign.MemorySegment;

/** A block of native memory, in one of the pool's size classes; it is in use or in a free list. */
final class Block {
  private static final long ALIGNMENT = 64;

  /** Size in bytes from which most of a block is whole pages. */
  private static final long PAGED = 1 << 16;

  final int sizeClass;
  final long size;

  /** The next block of the same list. */
  Block next;

  private long original;

  Block(int sizeClass) {
    this.sizeClass = sizeClass;
    this.size = size(sizeClass);
  }

  /**
   * Returns the smallest size class that holds a number of bytes; there are four per power of two.
   */
  static int sizeClass(long bytes) {
    int octave = 63 - Long.numberOfLeadingZeros(bytes - 1);
    return (int) (((bytes - 1) >> (octave - 2)) + 1 + 4L * (octave - 1));
  }

  /** Returns the bytes of a size class: 1, 1.25, 1.5 or 1.75 times a power of two. */
  static long size(int sizeClass) {
    return (4L + sizeClass % 4) << (sizeClass / 4 - 2);
  }

  /**
   * Allocates the memory from the system.
   *
   * @throws TensorMemoryException if it has none left
   */
  void allocate() {
    original = NativeMemory.allocate(size + ALIGNMENT);
  }

  /** Returns the first {@code bytes} of the block. */
  MemorySegment memory(long bytes) {
    return NativeMemory.at(start(), bytes);
  }

  private long start() {
    return (original + ALIGNMENT - 1) & -ALIGNMENT;
  }

  /**
   * Returns the pages to the system but keeps the addresses mapped: an op that still reads them,
   * because another thread released its input, sees zeros and throws instead of crashing the
   * process. Returns false if the block was freed instead.
   */
  boolean discard() {
    if (size >= PAGED && NativeMemory.discard(start(), size)) {
      return true;
    }
    NativeMemory.free(original);
    return false;
  }
}
