package dev.tapedeck.ops.pointwise;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Elements;
import java.lang.foreign.MemorySegment;

/** A conversion of bools and whole numbers of at most 32 bits, all of which int32 holds. */
final class IntConversion extends Conversion {
  private final int[] part = new int[PART];

  IntConversion(DType from, MemorySegment source, DType to, MemorySegment target) {
    super(from, source, to, target);
  }

  @Override
  void read(long start, int size) {
    switch (from) {
      case INT32 -> MemorySegment.copy(source, Elements.INT, 4 * start, part, 0, size);
      case UINT8, BOOL -> {
        byte[] bytes = new byte[size];
        MemorySegment.copy(source, Elements.BYTE, start, bytes, 0, size);
        for (int i = 0; i < size; i++) {
          part[i] = bytes[i] & 0xff;
        }
      }
      default -> {
        for (int i = 0; i < size; i++) {
          part[i] = (int) Elements.getLong(from, source, start + i);
        }
      }
    }
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
          made[i] = part[i];
        }
        MemorySegment.copy(made, 0, target, Elements.DOUBLE, 8 * start, size);
      }
      case INT32 -> MemorySegment.copy(part, 0, target, Elements.INT, 4 * start, size);
      case INT64 -> {
        long[] made = new long[size];
        for (int i = 0; i < size; i++) {
          made[i] = part[i];
        }
        MemorySegment.copy(made, 0, target, Elements.LONG, 8 * start, size);
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
          made[i] = (byte) ((part[i] | -part[i]) >>> 31);
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
