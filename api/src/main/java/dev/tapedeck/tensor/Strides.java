package dev.tapedeck.tensor;

import java.util.Arrays;

/** Strides of tensors: how far apart, in elements, neighbours along each axis are. */
final class Strides {
  private Strides() {}

  /** Returns whether elements with these strides lie densely in row-major order. */
  static boolean areContiguous(Shape shape, long[] strides) {
    long[] dense = shape.strides();
    for (int i = 0; i < strides.length; i++) {
      if (strides[i] != dense[i] && shape.size(i) > 1) {
        return shape.count() == 0;
      }
    }
    return true;
  }

  /** Returns the strides of a tensor that is broadcast to a shape. */
  static long[] stretched(Shape from, long[] strides, Shape to) {
    long[] stretched = new long[to.rank()];
    int missing = to.rank() - from.rank();
    for (int i = missing; i < stretched.length; i++) {
      boolean repeats = from.size(i - missing) == 1 && to.size(i) != 1;
      stretched[i] = repeats ? 0 : strides[i - missing];
    }
    return stretched;
  }

  /** Requires that a tensor's elements, the first at {@code offset}, lie within {@code bytes}. */
  static void requireWithin(long bytes, TensorSpec spec, long offset, long[] strides) {
    if (!lie(bytes / spec.dtype().bytes(), spec.shape(), offset, strides)) {
      throw Refusal.of(
          "tensor",
          "elements must lie within the memory of " + bytes + " bytes",
          spec + " with strides " + Arrays.toString(strides) + " from element " + offset + " on",
          "use smaller sizes, strides or offset");
    }
  }

  private static boolean lie(long count, Shape shape, long offset, long[] strides) {
    if (strides.length != shape.rank() || !shape.isKnown() || offset < 0 || offset >= count) {
      return false;
    }
    long first = offset;
    long last = offset;
    for (int axis = 0; axis < strides.length; axis++) {
      long steps = shape.size(axis) - 1;
      long reach = steps * strides[axis];
      // Exact: the upper half of a product that fits a long is its sign.
      if (Math.multiplyHigh(steps, strides[axis]) != reach >> 63
          || reach >= count
          || reach <= -count) {
        return false;
      }
      first += Math.min(reach, 0);
      last += Math.max(reach, 0);
    }
    return first >= 0 && last < count;
  }
}
