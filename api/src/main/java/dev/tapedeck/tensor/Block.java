package dev.tapedeck.tensor;

import java.lang.foreign.MemorySegment;

/**
 * A piece of the system's memory, of a size that the pool keeps: in use, or in a list of the pool.
 */
final class Block {
  private static final long ALIGNMENT = 64;

  /** From so many bytes on most of a block are whole pages. */
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

  /** Returns the class of the smallest size for so many bytes: four sizes an octave. */
  static int sizeClass(long bytes) {
    int octave = 63 - Long.numberOfLeadingZeros(bytes - 1);
    return (int) (((bytes - 1) >> (octave - 2)) + 1 + 4L * (octave - 1));
  }

  /** Returns 1, 1.25, 1.5 or 1.75 times a power of two. */
  static long size(int sizeClass) {
    return (4L + sizeClass % 4) << (sizeClass / 4 - 2);
  }

  /**
   * Takes the memory from the system.
   *
   * @throws TensorMemoryException if it has none left
   */
  void allocate() {
    original = NativeMemory.allocate(size + ALIGNMENT);
  }

  /** Returns the first bytes. */
  MemorySegment memory(long bytes) {
    return NativeMemory.at(start(), bytes);
  }

  private long start() {
    return (original + ALIGNMENT - 1) & -ALIGNMENT;
  }

  /**
   * Gives the pages back to the system but keeps the addresses: who still reads them, since another
   * thread released a tensor in the midst of an op, finds zeros and ends with an error, not the
   * process. Returns false if the memory is gone for good.
   */
  boolean discard() {
    if (size >= PAGED && NativeMemory.discard(start(), size)) {
      return true;
    }
    NativeMemory.free(original);
    return false;
  }
}
