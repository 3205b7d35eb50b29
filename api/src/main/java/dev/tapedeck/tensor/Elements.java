package dev.tapedeck.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Functions that read, write, fill and copy elements, for kernels written in Java. */
public final class Elements {
  public static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;
  public static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE;
  public static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  public static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  public static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT;
  public static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

  private Elements() {}

  /** Returns an element as a double; bool as 0 or 1, unsigned types as numbers from 0 up. */
  public static double getDouble(DType dtype, MemorySegment memory, long index) {
    return switch (dtype) {
      case FLOAT32 -> memory.getAtIndex(FLOAT, index);
      case FLOAT64 -> memory.getAtIndex(DOUBLE, index);
      case FLOAT16 -> Float.float16ToFloat(memory.getAtIndex(SHORT, index));
      case BFLOAT16 -> Float.intBitsToFloat(memory.getAtIndex(SHORT, index) << 16);
      default -> getLong(dtype, memory, index);
    };
  }

  /** Returns the error of reading or writing text as numbers. */
  static IllegalStateException noNumber() {
    return new IllegalStateException("tensor: text has no numbers; use StringTensor.toList()");
  }

  /** Returns an element as a long; a floating one is rounded towards zero, as Java casts. */
  public static long getLong(DType dtype, MemorySegment memory, long index) {
    return switch (dtype) {
      case INT8 -> memory.get(BYTE, index);
      case INT16 -> memory.getAtIndex(SHORT, index);
      case INT32 -> memory.getAtIndex(INT, index);
      case INT64 -> memory.getAtIndex(LONG, index);
      case UINT8, BOOL -> memory.get(BYTE, index) & 0xff;
      case UINT16 -> memory.getAtIndex(SHORT, index) & 0xffff;
      case FLOAT16, BFLOAT16, FLOAT32, FLOAT64 -> (long) getDouble(dtype, memory, index);
      case STRING -> throw noNumber();
    };
  }

  /**
   * Writes a double into an element: rounded to the nearest floating number, or towards zero to a
   * whole one and limited to the type's range, NaN as 0; as bool, whether it is not 0.
   */
  public static void setDouble(DType dtype, MemorySegment memory, long index, double value) {
    switch (dtype) {
      case FLOAT32 -> memory.setAtIndex(FLOAT, index, (float) value);
      case FLOAT64 -> memory.setAtIndex(DOUBLE, index, value);
      case FLOAT16 -> memory.setAtIndex(SHORT, index, Float.floatToFloat16((float) value));
      case BFLOAT16 -> memory.setAtIndex(SHORT, index, bfloat16((float) value));
      case INT8 -> memory.set(BYTE, index, (byte) Math.clamp((long) value, -128, 127));
      case INT16 ->
          memory.setAtIndex(SHORT, index, (short) Math.clamp((long) value, -32768, 32767));
      case INT32 -> memory.setAtIndex(INT, index, (int) value);
      case INT64 -> memory.setAtIndex(LONG, index, (long) value);
      case UINT8 -> memory.set(BYTE, index, (byte) Math.clamp((long) value, 0, 0xff));
      case UINT16 -> memory.setAtIndex(SHORT, index, (short) Math.clamp((long) value, 0, 0xffff));
      case BOOL -> memory.set(BYTE, index, (byte) (value != 0 ? 1 : 0));
      case STRING -> throw noNumber();
    }
  }

  /** Writes a long into an element; a narrow type keeps its low bits, bool whether it is not 0. */
  public static void setLong(DType dtype, MemorySegment memory, long index, long value) {
    switch (dtype) {
      case FLOAT16, BFLOAT16, FLOAT32 -> setDouble(dtype, memory, index, (float) value);
      case FLOAT64 -> memory.setAtIndex(DOUBLE, index, (double) value);
      case INT8, UINT8 -> memory.set(BYTE, index, (byte) value);
      case INT16, UINT16 -> memory.setAtIndex(SHORT, index, (short) value);
      case INT32 -> memory.setAtIndex(INT, index, (int) value);
      case INT64 -> memory.setAtIndex(LONG, index, value);
      case BOOL -> memory.set(BYTE, index, (byte) (value != 0 ? 1 : 0));
      case STRING -> throw noNumber();
    }
  }

  /** Returns the upper half of a float32's bits, rounded to the nearest, halves to the even one. */
  private static short bfloat16(float value) {
    int bits = Float.floatToIntBits(value);
    return (short) (Float.isNaN(value) ? 0x7fc0 : (bits + 0x7fff + (bits >>> 16 & 1)) >>> 16);
  }

  /**
   * Writes one value into every element of a contiguous tensor.
   *
   * @throws IllegalArgumentException if the value does not fit the element type exactly
   */
  public static void fill(EagerTensor tensor, Number value) {
    fill("fill", tensor, value);
  }

  /** Writes one value as {@link #fill(EagerTensor, Number)}, for the op {@code who}. */
  public static void fill(String who, EagerTensor tensor, Number value) {
    DType dtype = tensor.dtype();
    MemorySegment memory = tensor.elements();
    long number = dtype.isFloating() ? 0 : exact(who, dtype, value);
    if (memory.byteSize() == 0) {
      return;
    }
    if (dtype.isFloating()) {
      setDouble(dtype, memory, 0, value.doubleValue());
    } else {
      setLong(dtype, memory, 0, number);
    }
    long all = memory.byteSize();
    for (long done = dtype.bytes(); done < all; done *= 2) {
      MemorySegment.copy(memory, 0, memory, done, Math.min(done, all - done));
    }
  }

  /** Returns a Java number as a long; throws if the whole-number type cannot hold it exactly. */
  private static long exact(String who, DType dtype, Number value) {
    long number = value.longValue();
    boolean fits =
        switch (dtype) {
          case INT8 -> number == (byte) number;
          case INT16 -> number == (short) number;
          case INT32 -> number == (int) number;
          case UINT8 -> number == (number & 0xff);
          case UINT16 -> number == (number & 0xffff);
          case BOOL -> number == 0 || number == 1;
          case STRING -> throw noNumber();
          default -> true;
        };
    boolean whole =
        !(value instanceof Float || value instanceof Double) || number == value.doubleValue();
    if (!fits || !whole) {
      throw Refusal.of(
          who,
          "needs a number that fits " + dtype,
          value,
          "cast the tensor, or use another number");
    }
    return number;
  }

  /**
   * Adds {@code count} elements, from one index on, to those from another on; whole numbers keep
   * the low bits.
   */
  public static void add(
      DType dtype, MemorySegment from, long source, MemorySegment to, long target, long count) {
    switch (dtype) {
      case FLOAT32 -> addFloats(from, source, to, target, count);
      case FLOAT64 -> addDoubles(from, source, to, target, count);
      default -> {
        for (long i = 0; i < count; i++) {
          if (dtype.isFloating()) {
            double sum = getDouble(dtype, to, target + i) + getDouble(dtype, from, source + i);
            setDouble(dtype, to, target + i, sum);
          } else {
            long sum = getLong(dtype, to, target + i) + getLong(dtype, from, source + i);
            setLong(dtype, to, target + i, sum);
          }
        }
      }
    }
  }

  private static void addFloats(
      MemorySegment from, long source, MemorySegment to, long target, long count) {
    for (long i = 0; i < count; i++) {
      float sum = to.getAtIndex(FLOAT, target + i) + from.getAtIndex(FLOAT, source + i);
      to.setAtIndex(FLOAT, target + i, sum);
    }
  }

  private static void addDoubles(
      MemorySegment from, long source, MemorySegment to, long target, long count) {
    for (long i = 0; i < count; i++) {
      double sum = to.getAtIndex(DOUBLE, target + i) + from.getAtIndex(DOUBLE, source + i);
      to.setAtIndex(DOUBLE, target + i, sum);
    }
  }

  /** Copies one element. */
  public static void copy(
      DType dtype, MemorySegment from, long source, MemorySegment to, long target) {
    switch (dtype.bytes()) {
      case 1 -> to.set(BYTE, target, from.get(BYTE, source));
      case 2 -> to.setAtIndex(SHORT, target, from.getAtIndex(SHORT, source));
      case 4 -> to.setAtIndex(INT, target, from.getAtIndex(INT, source));
      default -> to.setAtIndex(LONG, target, from.getAtIndex(LONG, source));
    }
  }

  /**
   * Copies the elements of a tensor into another of the same type and shape; both may be strided.
   */
  public static void copy(EagerTensor from, EagerTensor to) {
    if (from.isContiguous() && to.isContiguous()) {
      to.elements().copyFrom(from.elements());
    } else if (from.shape().count() > 0) {
      new StridedCopy(from, to).run(0, from.offset(), to.offset());
    }
  }

  /**
   * A copy between two tensors of one shape, axis by axis from the outermost. Neighbouring axes
   * that are contiguous in both tensors are merged.
   */
  private static final class StridedCopy {
    /**
     * Elements in a cache line ({@code ROWS}), and lines that surely stay in the cache ({@code
     * COLUMNS}).
     */
    private static final long ROWS = 16;

    private static final long COLUMNS = 256;

    /** Two elements of 4 bytes. */
    private static final ValueLayout.OfLong LONG_ANYWHERE = ValueLayout.JAVA_LONG_UNALIGNED;

    private static final long LOW = 0xffffffffL;

    /** Whether the first of two elements is the lower half. */
    private static final boolean PAIRS = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    private final DType dtype;
    private final MemorySegment from;
    private final MemorySegment to;
    private final long[] sizes;
    private final long[] steps;
    private final long[] strides;

    StridedCopy(EagerTensor from, EagerTensor to) {
      this.dtype = from.dtype();
      this.from = from.memory();
      this.to = to.memory();
      long[] sizes = from.shape().toArray();
      long[] steps = from.strides().clone();
      long[] strides = to.strides().clone();
      int axes = 0;
      for (int axis = 0; axis < sizes.length; axis++) {
        boolean joins =
            axes > 0
                && steps[axes - 1] == steps[axis] * sizes[axis]
                && strides[axes - 1] == strides[axis] * sizes[axis];
        int at = joins ? axes - 1 : axes++;
        sizes[at] = joins ? sizes[at] * sizes[axis] : sizes[axis];
        steps[at] = steps[axis];
        strides[at] = strides[axis];
      }
      this.sizes = Arrays.copyOf(sizes, axes);
      this.steps = steps;
      this.strides = strides;
    }

    void run(int axis, long source, long target) {
      if (axis == sizes.length) {
        copy(dtype, from, source, to, target);
      } else if (axis == sizes.length - 1) {
        row(source, target, 0, sizes[axis]);
      } else if (axis == sizes.length - 2 && steps[axis + 1] != 1) {
        blocks(source, target);
      } else {
        for (long i = 0; i < sizes[axis]; i++) {
          run(axis + 1, source + i * steps[axis], target + i * strides[axis]);
        }
      }
    }

    /** Copies the last two axes in tiles, so that cache lines shared by rows stay in the cache. */
    private void blocks(long source, long target) {
      int axis = sizes.length - 2;
      boolean exchanges = steps[axis] == 1 && strides[axis + 1] == 1;
      boolean pairs = exchanges && dtype.bytes() == 4 && PAIRS;
      for (long top = 0; top < sizes[axis]; top += ROWS) {
        for (long left = 0; left < sizes[axis + 1]; left += COLUMNS) {
          long right = Math.min(left + COLUMNS, sizes[axis + 1]);
          long bottom = Math.min(top + ROWS, sizes[axis]);
          long i = top;
          for (; pairs && i + 1 < bottom; i += 2) {
            twoRows(source + i, target + i * strides[axis], left, right);
          }
          for (; i < bottom; i++) {
            row(source + i * steps[axis], target + i * strides[axis], left, right);
          }
        }
      }
    }

    /** Copies a part of two neighbouring columns to two rows, two elements at a time. */
    private void twoRows(long source, long target, long first, long end) {
      int axis = sizes.length - 1;
      long step = 4 * steps[axis];
      long stride = 4 * strides[axis - 1];
      long x = 4 * source + first * step;
      long y = 4 * (target + first);
      long pairsEnd = y + 4 * ((end - first) & -2);
      for (; y < pairsEnd; y += 8) {
        long upper = from.get(LONG_ANYWHERE, x);
        long lower = from.get(LONG_ANYWHERE, x + step);
        to.set(LONG_ANYWHERE, y, (upper & LOW) | (lower << 32));
        to.set(LONG_ANYWHERE, y + stride, (upper >>> 32) | (lower & ~LOW));
        x += 2 * step;
      }
      if ((end - first) % 2 != 0) {
        row(source, target, end - 1, end);
        row(source + 1, target + stride / 4, end - 1, end);
      }
    }

    /** Copies a part of a row of the last axis. */
    private void row(long source, long target, long first, long end) {
      int axis = sizes.length - 1;
      long step = steps[axis];
      long stride = strides[axis];
      source += first * step;
      target += first * stride;
      int width = dtype.bytes();
      long count = end - first;
      if (step == 1 && stride == 1) {
        MemorySegment.copy(from, source * width, to, target * width, count * width);
      } else if (width == 4) {
        ints(source, step, target, stride, count);
      } else if (width == 8) {
        longs(source, step, target, stride, count);
      } else {
        for (long i = 0; i < count; i++) {
          copy(dtype, from, source + i * step, to, target + i * stride);
        }
      }
    }

    private void ints(long source, long step, long target, long stride, long count) {
      for (long i = 0; i < count; i++) {
        to.setAtIndex(INT, target + i * stride, from.getAtIndex(INT, source + i * step));
      }
    }

    private void longs(long source, long step, long target, long stride, long count) {
      for (long i = 0; i < count; i++) {
        to.setAtIndex(LONG, target + i * stride, from.getAtIndex(LONG, source + i * step));
      }
    }
  }
}
