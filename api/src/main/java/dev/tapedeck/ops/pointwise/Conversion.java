package dev.tapedeck.ops.pointwise;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Elements;
import java.lang.foreign.MemorySegment;

/**
 * A conversion of elements to another type, in parts, which are read as doubles (whole numbers as
 * longs) and then written: HotSpot vectorizes loops over a single type.
 */
record Conversion(DType from, MemorySegment source, DType to, MemorySegment target, long count) {
  private static final int PART = 512;

  static void of(DType from, MemorySegment source, DType to, MemorySegment target, long count) {
    Conversion conversion = new Conversion(from, source, to, target, count);
    if (from.isFloating()) {
      conversion.ofNumbers();
    } else {
      conversion.ofWholeNumbers();
    }
  }

  private void ofNumbers() {
    double[] part = new double[(int) Math.min(count, PART)];
    for (long start = 0; start < count; start += part.length) {
      int size = (int) Math.min(count - start, part.length);
      read(part, start, size);
      write(part, start, size);
    }
  }

  private void ofWholeNumbers() {
    long[] part = new long[(int) Math.min(count, PART)];
    for (long start = 0; start < count; start += part.length) {
      int size = (int) Math.min(count - start, part.length);
      read(part, start, size);
      write(part, start, size);
    }
  }

  private void read(double[] part, long start, int size) {
    switch (from) {
      case FLOAT32 -> {
        for (int i = 0; i < size; i++) {
          part[i] = source.getAtIndex(Elements.FLOAT, start + i);
        }
      }
      case FLOAT64 -> MemorySegment.copy(source, Elements.DOUBLE, 8 * start, part, 0, size);
      default -> {
        for (int i = 0; i < size; i++) {
          part[i] = Elements.getDouble(from, source, start + i);
        }
      }
    }
  }

  private void read(long[] part, long start, int size) {
    switch (from) {
      case INT32 -> {
        for (int i = 0; i < size; i++) {
          part[i] = source.getAtIndex(Elements.INT, start + i);
        }
      }
      case INT64 -> MemorySegment.copy(source, Elements.LONG, 8 * start, part, 0, size);
      case UINT8, BOOL -> {
        for (int i = 0; i < size; i++) {
          part[i] = source.get(Elements.BYTE, start + i) & 0xff;
        }
      }
      default -> {
        for (int i = 0; i < size; i++) {
          part[i] = Elements.getLong(from, source, start + i);
        }
      }
    }
  }

  private void write(double[] part, long start, int size) {
    switch (to) {
      case FLOAT32 -> {
        for (int i = 0; i < size; i++) {
          target.setAtIndex(Elements.FLOAT, start + i, (float) part[i]);
        }
      }
      case FLOAT64 -> MemorySegment.copy(part, 0, target, Elements.DOUBLE, 8 * start, size);
      case INT32 -> {
        for (int i = 0; i < size; i++) {
          target.setAtIndex(Elements.INT, start + i, (int) part[i]);
        }
      }
      case INT64 -> {
        for (int i = 0; i < size; i++) {
          target.setAtIndex(Elements.LONG, start + i, (long) part[i]);
        }
      }
      case UINT8 -> {
        for (int i = 0; i < size; i++) {
          int whole = (int) part[i];
          target.set(Elements.BYTE, start + i, (byte) Math.min(Math.max(whole, 0), 0xff));
        }
      }
      case BOOL -> {
        for (int i = 0; i < size; i++) {
          target.set(Elements.BYTE, start + i, (byte) (part[i] != 0 ? 1 : 0));
        }
      }
      default -> {
        for (int i = 0; i < size; i++) {
          Elements.setDouble(to, target, start + i, part[i]);
        }
      }
    }
  }

  private void write(long[] part, long start, int size) {
    switch (to) {
      case FLOAT32 -> {
        for (int i = 0; i < size; i++) {
          target.setAtIndex(Elements.FLOAT, start + i, (float) part[i]);
        }
      }
      case FLOAT64 -> {
        for (int i = 0; i < size; i++) {
          target.setAtIndex(Elements.DOUBLE, start + i, (double) part[i]);
        }
      }
      case INT32 -> {
        for (int i = 0; i < size; i++) {
          target.setAtIndex(Elements.INT, start + i, (int) part[i]);
        }
      }
      case INT64 -> MemorySegment.copy(part, 0, target, Elements.LONG, 8 * start, size);
      case UINT8 -> {
        for (int i = 0; i < size; i++) {
          target.set(Elements.BYTE, start + i, (byte) part[i]);
        }
      }
      case BOOL -> {
        for (int i = 0; i < size; i++) {
          target.set(Elements.BYTE, start + i, (byte) ((part[i] | -part[i]) >>> 63));
        }
      }
      default -> {
        for (int i = 0; i < size; i++) {
          Elements.setLong(to, target, start + i, part[i]);
        }
      }
    }
  }
}
