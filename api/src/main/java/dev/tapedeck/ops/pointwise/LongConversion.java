package dev.tapedeck.ops.pointwise;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Elements;
import java.lang.foreign.MemorySegment;

/** A conversion of int64 numbers. */
final class LongConversion extends Conversion {
  private final long[] part = new long[PART];

  LongConversion(DType from, MemorySegment source, DType to, MemorySegment target) {
    super(from, source, to, target);
  }

  @Override
  void read(long start, int size) {
    MemorySegment.copy(source, Elements.LONG, 8 * start, part, 0, size);
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
      case FLOAT64 -> {
        double[] made = new double[size];
        for (int i = 0; i < size; i++) {
          made[i] = (double) part[i];
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
      case UINT8 -> {
        byte[] made = new byte[size];
        for (int i = 0; i < size; i++) {
          made[i] = (byte) part[i];
        }
        MemorySegment.copy(made, 0, target, Elements.BYTE, start, size);
      }
      case BOOL -> {
        byte[] made = new byte[size];
        for (int i = 0; i < size; i++) {
          made[i] = (byte) ((part[i] | -part[i]) >>> 63);
        }
        MemorySegment.copy(made, 0, target, Elements.BYTE, start, size);
      }
      default -> {
        for (int i = 0; i < size; i++) {
          Elements.setLong(to, target, start + i, part[i]);
        }
      }
    }
  }
}
