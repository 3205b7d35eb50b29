package dev.tapedeck.testing;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import java.util.Arrays;
import java.util.Random;

/**
 * An operand to try an op on: the kind of its elements, the range they are drawn from, and its
 * shape.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Operand(Kind kind, double low, double high, int... shape) {
  /** The kind of elements. */
  public enum Kind {
    /** Numbers of the element type that is tested. */
    REAL,
    /** int32 indices. */
    INDEX,
    /** Booleans. */
    BOOL
  }

  /** Numbers within (-2, 2). */
  public static Operand real(int... shape) {
    return new Operand(Kind.REAL, -2, 2, shape);
  }

  /** Indices below a bound. */
  public static Operand index(int bound, int... shape) {
    return new Operand(Kind.INDEX, 0, bound - 1, shape);
  }

  /** Booleans. */
  public static Operand bool(int... shape) {
    return new Operand(Kind.BOOL, 0, 1, shape);
  }

  /** Returns the operand with another range. */
  public Operand within(double low, double high) {
    return new Operand(kind, low, high, shape);
  }

  /** Returns the operand with another shape. */
  public Operand shaped(int... shape) {
    return new Operand(kind, low, high, shape);
  }

  /** Returns the element type, where an op is tested with one. */
  public DType dtype(DType tested) {
    return switch (kind) {
      case REAL -> tested;
      case INDEX -> DType.INT32;
      case BOOL -> DType.BOOL;
    };
  }

  /**
   * Draws values: always the same ones for an operand's number. Floating ones are exact in their
   * type, if that is narrower than float64 in float32, and all different but for the 16-bit types,
   * so that a small step changes no comparison among them.
   */
  public Grid draw(DType tested, int number) {
    DType dtype = dtype(tested);
    Random random = new Random(1234 + number);
    int count = Grid.count(shape);
    int[] order = random.ints(0, Integer.MAX_VALUE).distinct().limit(count).toArray();
    int[] sorted = order.clone();
    Arrays.sort(sorted);
    double phase = (number + 1) * 0.618 % 1;
    boolean unsigned = dtype == DType.UINT8 || dtype == DType.UINT16;
    double from = dtype == DType.BOOL ? 0 : Math.ceil(unsigned ? Math.max(low, 0) : low);
    double to = dtype == DType.BOOL ? 1 : Math.max(from, Math.floor(high));
    int[] next = {0};
    return Grid.of(
        shape,
        index -> {
          int rank = Arrays.binarySearch(sorted, order[next[0]++]);
          return dtype.isFloating()
              ? exact(dtype, (float) (low + (high - low) * (rank + phase) / count))
              : from + random.nextInt((int) (to - from) + 1);
        });
  }

  private static double exact(DType dtype, float value) {
    return dtype.bytes() == 2 ? Tensor.full(dtype, value).item() : value;
  }
}
