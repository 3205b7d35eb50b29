package dev.tapedeck.ops.pointwise;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Elements;
import java.lang.foreign.MemorySegment;

/** A conversion of float64 numbers. */
final class DoubleConversion extends Conversion {
  private final double[] part = new double[PART];

  DoubleConversion(DType from, MemorySegment source, DType to, MemorySegment target) {
    super(from, source, to, target);
  }

  @Override
  void read(long start, int size) {
    MemorySegment.copy(source, Elements.DOUBLE, 8 * start, part, 0, size);
  }

  @Override
  void write(long start, int size) {
    switch (to) {
      case FLOAT32 -> {
        float[] made = new float[size];
        for (int i = 0; i < size; i++) {
          made[i] = (float) part[i];
        }
        MemorySegment.copy(made, 0, target, Elements.FLOAT, 4 * start, size);
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
      default -> {
        for (int i = 0; i < size; i++) {
          Elements.setDouble(to, target, start + i, part[i]);
        }
      }
    }
  }
}
