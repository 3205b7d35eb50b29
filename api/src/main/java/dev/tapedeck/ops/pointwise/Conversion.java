package dev.tapedeck.ops.pointwise;

import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.DType;
import java.lang.foreign.MemorySegment;

/**
 * A conversion of elements to another type, in parts: they are read into an array of a type that
 * holds them all, converted to an array of the other type by a loop that HotSpot vectorizes, and
 * copied to memory.
 */
abstract class Conversion {
  /** The number of elements of a part. */
  static final int PART = 1024;

  /** The number of elements that are worth a thread. */
  private static final long LEAST = 1 << 15;

  final DType from;
  final MemorySegment source;
  final DType to;
  final MemorySegment target;

  Conversion(DType from, MemorySegment source, DType to, MemorySegment target) {
    this.from = from;
    this.source = source;
    this.to = to;
    this.target = target;
  }

  /** Reads elements into the array. */
  abstract void read(long start, int size);

  /** Writes the array's elements. */
  abstract void write(long start, int size);

  static void of(
      Kernels kernels,
      DType from,
      MemorySegment source,
      DType to,
      MemorySegment target,
      long count) {
    kernels.parallelFor(
        count, LEAST, (first, end) -> between(from, source, to, target).run(first, end));
  }

  private static Conversion between(
      DType from, MemorySegment source, DType to, MemorySegment target) {
    return switch (from) {
      case FLOAT64 -> new DoubleConversion(from, source, to, target);
      case FLOAT16, BFLOAT16, FLOAT32 -> new FloatConversion(from, source, to, target);
      case INT64 -> new LongConversion(from, source, to, target);
      default -> new IntConversion(from, source, to, target);
    };
  }

  private void run(long first, long end) {
    for (long start = first; start < end; start += PART) {
      int size = (int) Math.min(end - start, PART);
      read(start, size);
      write(start, size);
    }
  }
}
