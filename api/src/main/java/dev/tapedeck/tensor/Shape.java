package dev.tapedeck.tensor;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * The sizes of a tensor's axes, outermost first; immutable.
 *
 * <p>A size of {@link #UNKNOWN} stands for any size in the shape of a symbolic tensor or of a
 * model's summary; the shape of an eager tensor never has one.
 */
public final class Shape {
  /** The size of an axis that is not known yet. */
  public static final long UNKNOWN = -1;

  private static final Shape SCALAR = new Shape(new long[0]);

  private final long[] sizes;
  private final long count;

  private Shape(long[] sizes) {
    this.sizes = sizes;
    this.count = count(sizes);
  }

  /**
   * Returns the shape with these sizes; none makes a scalar's.
   *
   * @throws IllegalArgumentException if a size is negative and not {@link #UNKNOWN}, or the product
   *     of those that are not 0 does not fit a long
   */
  public static Shape of(long... sizes) {
    if (sizes.length == 0) {
      return SCALAR;
    }
    for (long size : sizes) {
      if (size < UNKNOWN) {
        throw Refusal.of(
            "shape",
            "sizes must be 0 or more",
            Arrays.toString(sizes),
            "correct the negative one; -1 is for sizes that a trace leaves unknown");
      }
    }
    return new Shape(sizes.clone());
  }

  private static long count(long[] sizes) {
    boolean known = true;
    boolean empty = false;
    long product = 1; // without zeros, as in strides
    for (long size : sizes) {
      known &= size != UNKNOWN;
      empty |= size == 0;
      try {
        product = Math.multiplyExact(product, Math.max(size, 1));
      } catch (ArithmeticException _) {
        throw Refusal.of(
            "shape",
            "the number of elements must be below 2^63",
            "sizes " + Arrays.toString(sizes),
            "use smaller sizes");
      }
    }
    return !known ? UNKNOWN : empty ? 0 : product;
  }

  /** Returns the number of axes. */
  public int rank() {
    return sizes.length;
  }

  /** Returns the size of an axis; a negative axis counts from the end. */
  public long size(int axis) {
    return sizes[axis(axis, "shape")];
  }

  /** Returns the number of elements, or {@link #UNKNOWN} when an axis is. */
  public long count() {
    return count;
  }

  /** Returns whether every axis has a known size. */
  public boolean isKnown() {
    return count != UNKNOWN;
  }

  /** Returns whether this is the shape of a scalar. */
  public boolean isScalar() {
    return sizes.length == 0;
  }

  /** Returns the sizes as a new array. */
  public long[] toArray() {
    return sizes.clone();
  }

  /**
   * Returns an axis counted from the start, given one that may be negative.
   *
   * @param who the op that asks, for the message
   * @throws IllegalArgumentException if there is no such axis
   */
  public int axis(int axis, String who) {
    int rank = sizes.length;
    if (axis < -rank || axis >= rank) {
      throw rank == 0
          ? Refusal.of(
              who,
              "a scalar has no axes",
              "axis " + axis,
              "give a tensor that has axes, as of expandDims(x, 0)")
          : Refusal.of(
              who,
              "axis must be in [" + -rank + ", " + rank + ") for shape " + this,
              axis,
              "choose one of its axes; negative ones count from the end");
    }
    return axis < 0 ? axis + rank : axis;
  }

  /**
   * Returns axes counted from the start, in rising order; none given means all of them.
   *
   * @throws IllegalArgumentException if an axis is missing or named twice
   */
  public int[] axes(int[] axes, String who) {
    if (axes.length == 0) {
      int[] all = new int[rank()];
      Arrays.setAll(all, i -> i);
      return all;
    }
    int[] normal = Arrays.stream(axes).map(a -> axis(a, who)).sorted().toArray();
    for (int i = 1; i < normal.length; i++) {
      if (normal[i] == normal[i - 1]) {
        throw Refusal.of(
            who,
            "needs each axis once at most",
            Arrays.toString(axes),
            "name axis " + normal[i] + " once");
      }
    }
    return normal;
  }

  /** Returns this shape with one axis resized. */
  public Shape with(int axis, long size) {
    long[] changed = sizes.clone();
    changed[axis(axis, "shape")] = size;
    return Shape.of(changed);
  }

  /** Returns this shape followed by more sizes. */
  public Shape concat(long... more) {
    return Shape.of(LongStream.concat(Arrays.stream(sizes), Arrays.stream(more)).toArray());
  }

  /**
   * Returns the axes from {@code from} up to, not including, {@code to} as a shape.
   *
   * @throws IllegalArgumentException if there are no such axes
   */
  public Shape slice(int from, int to) {
    if (from < 0 || to < from || to > sizes.length) {
      throw Refusal.of(
          "shape",
          "a slice of the axes of " + this + " must lie in [0, " + sizes.length + "]",
          from + " up to " + to,
          "choose ends from 0 to its rank, the first at most the second");
    }
    return Shape.of(Arrays.copyOfRange(sizes, from, to));
  }

  /** Returns the row-major strides, in elements. */
  public long[] strides() {
    long[] strides = new long[sizes.length];
    long stride = 1;
    for (int i = sizes.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= Math.max(sizes[i], 1);
    }
    return strides;
  }

  /**
   * Returns the shape to which two shapes broadcast, as in NumPy: aligned at the end, an axis of
   * size 1 (or a missing one) stretches.
   *
   * @param who the op that asks, for the message
   * @throws IllegalArgumentException if two sizes differ and neither is 1
   */
  public static Shape broadcast(Shape a, Shape b, String who) {
    if (a.equals(b) || b.isScalar()) {
      return a;
    }
    if (a.isScalar()) {
      return b;
    }
    int rank = Math.max(a.rank(), b.rank());
    long[] sizes = new long[rank];
    for (int i = 0; i < rank; i++) {
      long x = i < rank - a.rank() ? 1 : a.sizes[i - rank + a.rank()];
      long y = i < rank - b.rank() ? 1 : b.sizes[i - rank + b.rank()];
      if (x != y && x != 1 && y != 1 && x != UNKNOWN && y != UNKNOWN) {
        throw Refusal.of(
            who,
            "shapes must broadcast",
            a + " and " + b + ", " + x + " against " + y,
            "make those sizes equal, or one of them 1");
      }
      sizes[i] = x == 1 || (x == UNKNOWN && y != 1) ? y : x;
    }
    return Shape.of(sizes);
  }

  /** Returns whether a tensor of this shape may have the other one; an unknown size matches any. */
  public boolean fits(Shape other) {
    boolean fits = sizes.length == other.sizes.length;
    for (int i = 0; fits && i < sizes.length; i++) {
      fits = sizes[i] == other.sizes[i] || sizes[i] == UNKNOWN || other.sizes[i] == UNKNOWN;
    }
    return fits;
  }

  /** Returns whether this shape broadcasts to exactly the other one. */
  public boolean broadcastsTo(Shape other) {
    int missing = other.rank() - rank();
    boolean fits = missing >= 0;
    for (int i = 0; i < rank() && fits; i++) {
      fits = sizes[i] == 1 || sizes[i] == other.sizes[missing + i];
    }
    return fits;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape that && Arrays.equals(sizes, that.sizes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(sizes);
  }

  /** Returns the shape as Python writes a tuple: {@code (32, 10)}, {@code (3,)}, {@code ()}. */
  @Override
  public String toString() {
    String list =
        Arrays.stream(sizes)
            .mapToObj(size -> size == UNKNOWN ? "?" : Long.toString(size))
            .collect(Collectors.joining(", "));
    return sizes.length == 1 ? "(" + list + ",)" : "(" + list + ")";
  }
}
