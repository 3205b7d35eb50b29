package dev.tapedeck.layers;

import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.tensor.Tensor;
import java.util.Arrays;

/**
 * A given number of windows, of nearly equal sizes, that together cover an axis of a tensor.
 *
 * @param elements elements, with an axis of windows and one of their places instead of the axis;
 *     windows smaller than the largest repeat their last element
 * @param inside whether a place is one of the window's own, in a shape that fits the elements
 * @param axis axis of the places
 */
record AdaptiveWindows(Tensor elements, Tensor inside, int axis) {
  static AdaptiveWindows of(Tensor x, int axis, int count) {
    long size = x.shape().size(axis);
    int largest = 0;
    for (int i = 0; i < count; i++) {
      largest = Math.max(largest, end(i, size, count) - start(i, size, count));
    }
    int[][] indices = new int[count][largest];
    boolean[][] inside = new boolean[count][largest];
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < largest; j++) {
        int index = start(i, size, count) + j;
        int last = end(i, size, count) - 1;
        indices[i][j] = Math.min(index, last);
        inside[i][j] = index <= last;
      }
    }
    long[] shape = new long[x.shape().rank() - axis + 1];
    Arrays.fill(shape, 1);
    shape[0] = count;
    shape[1] = largest;
    return new AdaptiveWindows(
        Indexing.gather(x, indices, axis), Tensor.of(inside).reshape(shape), axis + 1);
  }

  private static int start(int window, long size, int count) {
    return Math.toIntExact(window * size / count);
  }

  private static int end(int window, long size, int count) {
    return Math.toIntExact(Math.ceilDiv((window + 1) * size, count));
  }

  Tensor max() {
    return Reductions.max(elements, axis);
  }

  Tensor mean() {
    Tensor sum = Reductions.sum(Logic.where(inside, elements, 0), axis);
    return sum.div(Reductions.sum(inside.cast(elements.dtype()), 1));
  }
}
