package dev.tapedeck.ops.array;

import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import java.util.function.LongConsumer;

/**
 * The lines of elements along one axis of a dense tensor.
 *
 * @param count the number of lines
 * @param size the number of elements of each
 * @param step the distance between neighbouring elements
 */
record AxisLines(long count, long size, long step) {
  /** The number of elements that are worth a thread. */
  private static final long LEAST = 1 << 12;

  static AxisLines along(int axis, Shape shape) {
    long size = shape.size(axis);
    return new AxisLines(shape.count() / Math.max(size, 1), size, shape.strides()[axis]);
  }

  /** Runs work of some nanoseconds an element for each line, on several threads. */
  void parallel(Kernels kernels, LongConsumer line) {
    kernels.parallelFor(
        count,
        Math.ceilDiv(LEAST, Math.max(size, 1)),
        (first, end) -> {
          for (long i = first; i < end; i++) {
            line.accept(i);
          }
        });
  }

  /** Returns the index of the first element of a line. */
  long start(long lane) {
    return lane / step * step * size + lane % step;
  }

  /** Checks that positions along an axis fit int32. */
  static void checkInt32(String who, Shape shape, int axis) {
    if (shape.size(axis) > Integer.MAX_VALUE) {
      throw Refusal.of(who, "positions along axis " + axis + " must fit int32", shape, "split it");
    }
  }
}
