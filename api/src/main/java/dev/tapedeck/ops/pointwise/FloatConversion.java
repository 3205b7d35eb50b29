package dev.tapedeck.ops.pointwise;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Elements;
import java.lang.foreign.MemorySegment;

/** A conversion of float32 and narrower floating numbers, all of which float32 holds. */
final class FloatConversion extends Conversion {
  private final float[] part = new float[PART];

  FloatConversion(DType from, MemorySegment source, DType to, MemorySegment target) {
    super(from, source, to, target);
  }

  @Override
  void read(long start, int size) {
    if (from == DType.FLOAT32) {
      MemorySegment.copy(source, Elements.FLOAT, 4 * start, part, 0, size);
      return;
    }
    for (int i = 0; i < size; i++) {
      part[i] = (float) Elements.getDouble(from, source, start + i);
    }
  }

  @Override
  void write(long start, int size) {
    switch (to) {
      case FLOAT32 -> MemorySegment.copy(part, 0, target, Elements.FLOAT, 4 * start, size);
      case FLOAT64 -> {
        double[] made = new double[size];
        for (int i = 0; i < size; i++) {
          made[i] = part[i];
        }
        MemorySegment.copy(made, 0, target, Elements.DOUBLE, 8 * start, size);
      }
      case INT32 -> {
        int[] made = new int[size];
        for (int i = 0; i < size; i++) {
          made[i] = (int) part[i];
        }
        MemorySegment.copy(made, 0, target, Elements.INT, 4 * start, size);
      }
      case INT64 -> {
        long[] made = new long[size];
        for (int i = 0; i < size; i++) {
          made[i] = (long) part[i];
        }
        MemorySegment.copy(made, 0, target, Elements.LONG, 8 * start, size);
      }
      case UINT8 -> {
        byte[] made = new byte[size];
        for (int i = 0; i < size; i++) {
          made[i] = (byte) Math.min(Math.max((int) part[i], 0), 0xff);
        }
        MemorySegment.copy(made, 0, target, Elements.BYTE, start, size);
      }
      case BOOL -> {
        byte[] made = new byte[size];
        for (int i = 0; i < size; i++) {
          made[i] = (byte) (part[i] != 0 ? 1 : 0);
        }
        MemorySegment.copy(made, 0, target, Elements.BYTE, start, size);
      }
      case FLOAT16 -> {
        short[] made = new short[size];
        for (int i = 0; i < size; i++) {
          made[i] = Float.floatToFloat16(part[i]);
        }
        MemorySegment.copy(made, 0, target, Elements.SHORT, 2 * start, size);
      }
      default -> {
        for (int i = 0; i < size; i++) {
          Elements.setDouble(to, target, start + i, part[i]);
        }
      }
    }
  }
}
