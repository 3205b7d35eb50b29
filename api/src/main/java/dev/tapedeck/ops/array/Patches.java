package dev.tapedeck.ops.array;

import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Sizes;
import dev.tapedeck.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.LongStream;

/** Parts of sequences and images that may overlap, and sums of such parts. */
public final class Patches {
  /** The largest number of positions, which are computed in a Java array. */
  private static final long LARGEST = 1 << 28;

  private Patches() {}

  /**
   * Returns parts of the last axis, of a length and a distance from each other: {@code [.., n] ->
   * [.., (n - length) / stride + 1, length]}; none if there are fewer elements.
   *
   * @throws IllegalArgumentException if a number is not 1 or more, or the size of the last axis is
   *     unknown
   */
  public static Tensor extractSequences(Object x, int length, int stride) {
    Tensor tensor = Operands.tensor(x);
    int last = tensor.shape().axis(-1, "extractSequences");
    checkNumbers("extractSequences", length, stride);
    long size = known("extractSequences", tensor.shape(), last);
    long count = size < length ? 0 : (size - length) / stride + 1;
    return Indexing.gather(tensor, positions(count, stride, length, 1), last);
  }

  /**
   * Returns the sums of parts that have a distance from each other, the inverse of {@link
   * #extractSequences} but for sums where parts overlap: {@code [.., parts, length] -> [.., (parts
   * - 1) * stride + length]}.
   *
   * @throws IllegalArgumentException if there are not two axes, their sizes are unknown, or the
   *     stride is not 1 or more
   */
  public static Tensor overlapAdd(Object x, int stride) {
    Tensor tensor = Operands.tensor(x);
    Checks.numeric("overlapAdd", tensor.dtype());
    int rank = tensor.shape().rank();
    if (rank < 2) {
      throw Refusal.of(
          "overlapAdd", "needs parts [.., parts, length]", tensor.shape(), "add an axis");
    }
    checkNumbers("overlapAdd", 1, stride);
    long parts = known("overlapAdd", tensor.shape(), rank - 2);
    long length = known("overlapAdd", tensor.shape(), rank - 1);
    long size =
        parts == 0
            ? 0
            : Sizes.sum("overlapAdd", Sizes.product("overlapAdd", parts - 1, stride), length);
    Tensor positions = positions(parts, stride, length, 1);
    return Shaping.moveAxis(summed(tensor, rank - 2, rank - 1, positions, size), 0, -1);
  }

  /**
   * Returns the sums of slices along two axes at positions, on a new first axis.
   *
   * @param positions where the slices of an index of {@code outer} and one of {@code inner} go;
   *     nowhere if negative
   */
  private static Tensor summed(Tensor x, int outer, int inner, Tensor positions, long size) {
    Tensor first = Shaping.moveAxis(x, outer, 0);
    Tensor second = Shaping.moveAxis(first, inner > outer ? inner : inner + 1, 1);
    return Segments.unsortedSegmentSum(second, positions, size);
  }

  /** Returns {@code [outer * outerStep + inner * innerStep - before]}, for counts of both. */
  private static long[] places(
      long outer, long outerStep, long inner, long innerStep, long before) {
    long count = Sizes.product("patches", outer, inner);
    if (count > LARGEST) {
      throw Refusal.of(
          "patches", "parts have at most " + LARGEST + " elements", count, "use larger strides");
    }
    return LongStream.range(0, count)
        .map(k -> k / inner * outerStep + k % inner * innerStep - before)
        .toArray();
  }

  private static Tensor positions(long outer, long outerStep, long inner, long innerStep) {
    return Tensor.of(places(outer, outerStep, inner, innerStep, 0)).reshape(outer, inner);
  }

  private static void checkNumbers(String who, int length, int stride) {
    Checks.atLeast(who, "the length", 1, length, "give the number of elements of a part");
    Checks.atLeast(who, "the stride", 1, stride, "give the distance between parts");
  }

  private static long known(String who, Shape shape, int axis) {
    if (shape.size(axis) == Shape.UNKNOWN) {
      throw Checks.unknown(who, "the size of axis " + axis, shape);
    }
    return shape.size(axis);
  }

  /**
   * Returns the parts of images that a window covers, as channels: {@code [n, spatial.., c] -> [n,
   * windows.., size.. * c]}; where a window reaches beyond the image there are zeros.
   *
   * @throws IllegalArgumentException if the images' rank is not that of the window and 2, or a
   *     spatial size is unknown
   */
  public static Tensor extractPatches(Object images, Window window) {
    Tensor x = Operands.tensor(images);
    int rank = x.shape().rank() - 2;
    if (rank < 1) {
      throw Refusal.of(
          "extractPatches", "needs images [n, spatial.., c]", x.shape(), "add axes of size 1");
    }
    Window spatial = window.ofRank(rank, "extractPatches");
    Tensor parts = parts("extractPatches", x, 1, spatial);
    Shape shape = parts.shape();
    int[] order = new int[shape.rank()];
    order[order.length - 1] = order.length - 1;
    long[] sizes = new long[rank + 2];
    sizes[0] = shape.size(0);
    sizes[rank + 1] = x.shape().size(-1);
    for (int i = 0; i < rank; i++) {
      order[1 + i] = 1 + 2 * i;
      order[1 + rank + i] = 2 + 2 * i;
      sizes[1 + i] = shape.size(1 + 2 * i);
      sizes[rank + 1] = times(sizes[rank + 1], shape.size(2 + 2 * i));
    }
    return Shaping.reshape(Shaping.transpose(parts, order), Shape.of(sizes));
  }

  private static long times(long size, long other) {
    return size == Shape.UNKNOWN ? size : Sizes.product("patches", size, other);
  }

  /** Returns the tensor with two axes, window and place in it, for each spatial axis. */
  private static Tensor parts(String who, Tensor x, int first, Window window) {
    int rank = x.shape().rank();
    int[][] paddings = new int[rank][2];
    for (int i = 0; i < window.rank(); i++) {
      Window.Axis axis = window.axes().get(i);
      long size = known(who, x.shape(), first + i);
      long before = axis.padBefore(size);
      long all = (axis.count(size) - 1) * axis.stride() + axis.extent();
      paddings[first + i][0] = Math.toIntExact(before);
      paddings[first + i][1] = Math.toIntExact(Math.max(all - size - before, 0));
    }
    Tensor parts = Rearranging.pad(x, paddings);
    for (int i = 0; i < window.rank(); i++) {
      Window.Axis axis = window.axes().get(i);
      long count = axis.count(x.shape().size(first + i));
      Tensor positions = positions(count, axis.stride(), axis.size(), axis.dilation());
      parts = Indexing.gather(parts, positions, first + 2 * i);
    }
    return parts;
  }

  /**
   * Returns the parts of images that a window covers, as columns: {@code [n, c, h, w] -> [n, c *
   * size.., windows]}; where a window reaches beyond the image there are zeros.
   *
   * @throws IllegalArgumentException if the images have another rank, the window has not 2 axes, or
   *     a spatial size or number of channels is unknown
   */
  public static Tensor unfold(Object images, Window window) {
    Tensor x = Operands.tensor(images);
    Checks.rank("unfold", "images [n, c, h, w]", 4, x.spec());
    long channels = known("unfold", x.shape(), 1);
    Tensor parts = parts("unfold", x, 2, window.ofRank(2, "unfold"));
    Shape shape = parts.shape(); // [n, c, rows, r, columns, s]
    return Shaping.reshape(
        Shaping.transpose(parts, 0, 1, 3, 5, 2, 4),
        shape.size(0),
        Sizes.product("unfold", channels, shape.size(3), shape.size(5)),
        Sizes.product("unfold", shape.size(2), shape.size(4)));
  }

  /**
   * Returns images of a size as sums of columns, each in its window, the inverse of {@link #unfold}
   * but for sums where windows overlap: {@code [n, c * size.., windows] -> [n, c, height, width]}.
   *
   * @throws IllegalArgumentException if the columns do not fit the windows of such images
   */
  public static Tensor fold(Object columns, int height, int width, Window window) {
    Tensor x = Operands.tensor(columns);
    Checks.numeric("fold", x.dtype());
    Checks.rank("fold", "columns [n, c * size.., windows]", 3, x.spec());
    Checks.atLeast(
        "fold", "height and width", 1, Math.min(height, width), "give those of the images");
    Window.Axis rows = window.ofRank(2, "fold").axes().getFirst();
    Window.Axis across = window.ofRank(2, "fold").axes().getLast();
    long area = (long) rows.size() * across.size();
    long channels = known("fold", x.shape(), 1) / area;
    long windows = Sizes.product("fold", rows.count(height), across.count(width));
    if (x.shape().size(1) % area != 0 || Sizes.differ(x.shape().size(2), windows)) {
      throw Refusal.of(
          "fold",
          "needs columns [n, c * " + area + ", " + windows + "] for the window " + window,
          x.shape(),
          "give the size and the window they were made with");
    }
    Tensor parts =
        Shaping.reshape(
            x,
            Shape.of(
                x.shape().size(0),
                channels,
                rows.size(),
                across.size(),
                rows.count(height),
                across.count(width)));
    Tensor byRow = summed(parts, 4, 2, within(rows, height), height); // [h, n, c, s, columns]
    Tensor both = summed(byRow, 4, 3, within(across, width), width); // [w, h, n, c]
    return Shaping.transpose(both, 2, 3, 1, 0);
  }

  /** Returns the positions of windows in an image, -1 beyond it. */
  private static Tensor within(Window.Axis axis, long size) {
    long count = axis.count(size);
    long[] places =
        places(count, axis.stride(), axis.size(), axis.dilation(), axis.padBefore(size));
    return Tensor.of(Arrays.stream(places).map(at -> at < size ? at : -1).toArray())
        .reshape(count, axis.size());
  }
}
