package dev.tapedeck.ops.pointwise;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import java.lang.foreign.MemorySegment;

/** A conversion of float64 numbers. */
final class DoubleConversion extends Conversion {
  DoubleConversion(EagerTensor x, EagerTensor output) {
    super(DType.FLOAT64, x, output);
  }

  @Override
  void read(long start, int size) {
    MemorySegment.copy(source, Elements.DOUBLE, 8 * start, doubles, 0, size);
  }

  @Override
  void write(long start, int size) {
    switch (to) {
      case FLOAT32 -> {
        convert(doubles, floats, size);
        putFloats(start, size);
      }
      case INT32 -> {
        convert(doubles, ints, size);
        putInts(start, size);
      }
      case INT64 -> {
        convert(doubles, longs, size);
        putLongs(start, size);
      }
      case UINT8 -> {
        narrow(doubles, bytes, size);
        putBytes(start, size);
      }
      case BOOL -> {
        compare(doubles, bytes, size);
        putBytes(start, size);
      }
      default -> {
        for (int i = 0; i < size; i++) {
          Elements.setDouble(to, target, start + i, doubles[i]);
        }
      }
    }
  }

  private static void convert(double[] from, float[] to, int size) {
    for (int i = 0; i < size; i++) {
      to[i] = (float) from[i];
    }
  }

  private static void convert(double[] from, int[] to, int size) {
    for (int i = 0; i < size; i++) {
      to[i] = (int) from[i];
    }
  }

  private static void convert(double[] from, long[] to, int size) {
    for (int i = 0; i < size; i++) {
      to[i] = (long) from[i];
    }
  }

  private static void narrow(double[] from, byte[] to, int size) {
    for (int i = 0; i < size; i++) {
      to[i] = (byte) Math.min(Math.max((int) from[i], 0), 0xff);
    }
  }

  private static void compare(double[] from, byte[] to, int size) {
    for (int i = 0; i < size; i++) {
      to[i] = (byte) (from[i] != 0 ? 1 : 0);
    }
  }
}
