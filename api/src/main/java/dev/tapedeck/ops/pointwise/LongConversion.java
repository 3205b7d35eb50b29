package dev.tapedeck.ops.pointwise;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import java.lang.foreign.MemorySegment;

/** A conversion of int64 numbers. */
final class LongConversion extends Conversion {
  LongConversion(EagerTensor x, EagerTensor output) {
    super(DType.INT64, x, output);
  }

  @Override
  void read(long start, int size) {
    MemorySegment.copy(source, Elements.LONG, 8 * start, longs, 0, size);
  }

  @Override
  void write(long start, int size) {
    switch (to) {
      case FLOAT32 -> {
        convert(longs, floats, size);
        putFloats(start, size);
      }
      case FLOAT64 -> {
        convert(longs, doubles, size);
        putDoubles(start, size);
      }
      case INT32 -> {
        convert(longs, ints, size);
        putInts(start, size);
      }
      case UINT8 -> {
        narrow(longs, bytes, size);
        putBytes(start, size);
      }
      case BOOL -> {
        compare(longs, bytes, size);
        putBytes(start, size);
      }
      default -> {
        for (int i = 0; i < size; i++) {
          Elements.setLong(to, target, start + i, longs[i]);
        }
      }
    }
  }

  private static void convert(long[] from, float[] to, int size) {
    for (int i = 0; i < size; i++) {
      to[i] = (float) from[i];
    }
  }

  private static void convert(long[] from, double[] to, int size) {
    for (int i = 0; i < size; i++) {
      to[i] = (double) from[i];
    }
  }

  private static void convert(long[] from, int[] to, int size) {
    for (int i = 0; i < size; i++) {
      to[i] = (int) from[i];
    }
  }

  private static void narrow(long[] from, byte[] to, int size) {
    for (int i = 0; i < size; i++) {
      to[i] = (byte) from[i];
    }
  }

  private static void compare(long[] from, byte[] to, int size) {
    for (int i = 0; i < size; i++) {
      to[i] = (byte) ((from[i] | -from[i]) >>> 63);
    }
  }
}
