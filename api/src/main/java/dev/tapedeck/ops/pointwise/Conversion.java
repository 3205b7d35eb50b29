package dev.tapedeck.ops.pointwise;

import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import java.lang.foreign.MemorySegment;

/**
 * A conversion of elements to another type, in parts: they are read into an array of a type that
 * holds them all, converted to an array of the other type, and copied to memory.
 *
 * <p>Each loop over two arrays is a method of its own, which HotSpot vectorizes.
 */
abstract class Conversion {
  /** The largest number of elements of a part. */
  private static final int PART = 1024;

  /** The number of elements that are worth a thread. */
  private static final long LEAST = 1 << 15;

  final DType from;
  final MemorySegment source;
  final DType to;
  final MemorySegment target;

  /** The arrays of a part: that which holds what is read, and that of the other type. */
  final byte[] bytes;

  final short[] shorts;
  final int[] ints;
  final long[] longs;
  final float[] floats;
  final double[] doubles;

  Conversion(DType holder, EagerTensor x, EagerTensor output) {
    from = x.dtype();
    source = x.elements();
    to = output.dtype();
    target = output.elements();
    int size = (int) Math.min(x.shape().count(), PART);
    boolean single = from.bytes() == 1 || to.bytes() == 1;
    bytes = new byte[single ? size : 0];
    shorts = new short[from == DType.FLOAT16 || to == DType.FLOAT16 ? size : 0];
    ints = new int[holder == DType.INT32 || to == DType.INT32 ? size : 0];
    longs = new long[holder == DType.INT64 || to == DType.INT64 ? size : 0];
    floats = new float[holder == DType.FLOAT32 || to == DType.FLOAT32 ? size : 0];
    doubles = new double[holder == DType.FLOAT64 || to == DType.FLOAT64 ? size : 0];
  }

  /** Reads elements into the array that holds them. */
  abstract void read(long start, int size);

  /** Writes the elements of that array. */
  abstract void write(long start, int size);

  /** Converts the elements of a dense tensor. */
  static void of(Kernels kernels, EagerTensor x, EagerTensor output) {
    kernels.parallelFor(
        x.shape().count(), LEAST, (first, end) -> between(x, output).run(first, end));
  }

  private static Conversion between(EagerTensor x, EagerTensor output) {
    return switch (x.dtype()) {
      case FLOAT64 -> new DoubleConversion(x, output);
      case FLOAT16, BFLOAT16, FLOAT32 -> new FloatConversion(x, output);
      case INT64 -> new LongConversion(x, output);
      default -> new IntConversion(x, output);
    };
  }

  private void run(long first, long end) {
    for (long start = first; start < end; start += PART) {
      int size = (int) Math.min(end - start, PART);
      read(start, size);
      write(start, size);
    }
  }

  final void putFloats(long start, int size) {
    MemorySegment.copy(floats, 0, target, Elements.FLOAT, 4 * start, size);
  }

  final void putDoubles(long start, int size) {
    MemorySegment.copy(doubles, 0, target, Elements.DOUBLE, 8 * start, size);
  }

  final void putInts(long start, int size) {
    MemorySegment.copy(ints, 0, target, Elements.INT, 4 * start, size);
  }

  final void putLongs(long start, int size) {
    MemorySegment.copy(longs, 0, target, Elements.LONG, 8 * start, size);
  }

  final void putBytes(long start, int size) {
    MemorySegment.copy(bytes, 0, target, Elements.BYTE, start, size);
  }

  final void putShorts(long start, int size) {
    MemorySegment.copy(shorts, 0, target, Elements.SHORT, 2 * start, size);
  }
}
