package dev.tapedeck.ops.pointwise;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import java.lang.foreign.MemorySegment;

/** A conversion of float32 and narrower floating numbers, all of which float32 holds. */
final class FloatConversion extends Conversion {
  FloatConversion(EagerTensor x, EagerTensor output) {
    super(DType.FLOAT32, x, output);
  }

  @Override
  void read(long start, int size) {
    switch (from) {
      case FLOAT32 -> MemorySegment.copy(source, Elements.FLOAT, 4 * start, floats, 0, size);
      case FLOAT16 -> {
        MemorySegment.copy(source, Elements.SHORT, 2 * start, shorts, 0, size);
        widen(shorts, floats, size);
      }
      default -> {
        for (int i = 0; i < size; i++) {
          floats[i] = (float) Elements.getDouble(from, source, start + i);
        }
      }
    }
  }

  private static void widen(short[] from, float[] to, int size) {
    for (int i = 0; i < size; i++) {
      to[i] = Float.float16ToFloat(from[i]);
    }
  }

  @Override
  void write(long start, int size) {
    switch (to) {
      case FLOAT32 -> putFloats(start, size);
      case FLOAT64 -> {
        convert(floats, doubles, size);
        putDoubles(start, size);
      }
      case INT32 -> {
        convert(floats, ints, size);
        putInts(start, size);
      }
      case INT64 -> {
        convert(floats, longs, size);
        putLongs(start, size);
      }
      case UINT8 -> {
        narrow(floats, bytes, size);
        putBytes(start, size);
      }
      case INT8 -> {
        clip(floats, bytes, size);
        putBytes(start, size);
      }
      case BOOL -> {
        compare(floats, bytes, size);
        putBytes(start, size);
      }
      case FLOAT16 -> {
        halve(floats, shorts, size);
        putShorts(start, size);
      }
      default -> {
        for (int i = 0; i < size; i++) {
          Elements.setDouble(to, target, start + i, floats[i]);
        }
      }
    }
  }

  private static void convert(float[] from, double[] to, int size) {
    for (int i = 0; i < size; i++) {
      to[i] = from[i];
    }
  }

  private static void convert(float[] from, int[] to, int size) {
    for (int i = 0; i < size; i++) {
      to[i] = (int) from[i];
    }
  }

  private static void convert(float[] from, long[] to, int size) {
    for (int i = 0; i < size; i++) {
      to[i] = (long) from[i];
    }
  }

  private static void narrow(float[] from, byte[] to, int size) {
    for (int i = 0; i < size; i++) {
      to[i] = (byte) Math.min(Math.max((int) from[i], 0), 0xff);
    }
  }

  private static void clip(float[] from, byte[] to, int size) {
    for (int i = 0; i < size; i++) {
      to[i] = (byte) Math.min(Math.max((int) from[i], Byte.MIN_VALUE), Byte.MAX_VALUE);
    }
  }

  private static void compare(float[] from, byte[] to, int size) {
    for (int i = 0; i < size; i++) {
      to[i] = (byte) (from[i] != 0 ? 1 : 0);
    }
  }

  private static void halve(float[] from, short[] to, int size) {
    for (int i = 0; i < size; i++) {
      to[i] = Float.floatToFloat16(from[i]);
    }
  }
}
