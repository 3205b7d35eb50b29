package dev.tapedeck.ops.pointwise;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import java.lang.foreign.MemorySegment;

/** A conversion of bools and whole numbers of at most 32 bits, all of which int32 holds. */
final class IntConversion extends Conversion {
  IntConversion(EagerTensor x, EagerTensor output) {
    super(DType.INT32, x, output);
  }

  @Override
  void read(long start, int size) {
    switch (from) {
      case INT32 -> MemorySegment.copy(source, Elements.INT, 4 * start, ints, 0, size);
      case UINT8, BOOL -> {
        MemorySegment.copy(source, Elements.BYTE, start, bytes, 0, size);
        widen(bytes, ints, size);
      }
      case INT8 -> {
        MemorySegment.copy(source, Elements.BYTE, start, bytes, 0, size);
        convert(bytes, ints, size);
      }
      default -> {
        for (int i = 0; i < size; i++) {
          ints[i] = (int) Elements.getLong(from, source, start + i);
        }
      }
    }
  }

  private static void convert(byte[] from, int[] to, int size) {
    for (int i = 0; i < size; i++) {
      to[i] = from[i];
    }
  }

  private static void widen(byte[] from, int[] to, int size) {
    for (int i = 0; i < size; i++) {
      to[i] = from[i] & 0xff;
    }
  }

  @Override
  void write(long start, int size) {
    switch (to) {
      case FLOAT32 -> {
        convert(ints, floats, size);
        putFloats(start, size);
      }
      case FLOAT64 -> {
        convert(ints, doubles, size);
        putDoubles(start, size);
      }
      case INT32 -> putInts(start, size);
      case INT64 -> {
        convert(ints, longs, size);
        putLongs(start, size);
      }
      case UINT8 -> {
        narrow(ints, bytes, size);
        putBytes(start, size);
      }
      case BOOL -> {
        compare(ints, bytes, size);
        putBytes(start, size);
      }
      default -> {
        for (int i = 0; i < size; i++) {
          Elements.setLong(to, target, start + i, ints[i]);
        }
      }
    }
  }

  private static void convert(int[] from, float[] to, int size) {
    for (int i = 0; i < size; i++) {
      to[i] = (float) from[i];
    }
  }

  private static void convert(int[] from, double[] to, int size) {
    for (int i = 0; i < size; i++) {
      to[i] = from[i];
    }
  }

  private static void convert(int[] from, long[] to, int size) {
    for (int i = 0; i < size; i++) {
      to[i] = from[i];
    }
  }

  private static void narrow(int[] from, byte[] to, int size) {
    for (int i = 0; i < size; i++) {
      to[i] = (byte) from[i];
    }
  }

  private static void compare(int[] from, byte[] to, int size) {
    for (int i = 0; i < size; i++) {
      to[i] = (byte) ((from[i] | -from[i]) >>> 31);
    }
  }
}
