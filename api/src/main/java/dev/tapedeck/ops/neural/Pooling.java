package dev.tapedeck.ops.neural;

import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.SimpleOp;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.stream.IntStream;

/**
 * Pooling of images {@code [n, spatial.., c]}, or of another {@link ImageLayout}, over windows.
 *
 * <p>The maximum is NaN if there is one, and its gradient goes to the first maximum; the mean does
 * not count padding. A {@link Window} has strides of 1 by default; where only sizes are given, the
 * strides equal them, as in Keras and PyTorch. All throw {@link IllegalArgumentException} if the
 * images have another rank or type, or no window fits.
 */
public final class Pooling {
  private Pooling() {}

  /** Returns the largest element of each window of {@code [n, w, c]}. */
  public static Tensor maxPool1d(Object images, Window window) {
    return maxPool1d(images, window, ImageLayout.CHANNELS_LAST);
  }

  /**
   * Returns the largest element of each window of these sizes, side by side; one size is for all
   * axes.
   */
  public static Tensor maxPool1d(Object images, int... sizes) {
    return maxPool1d(images, sideBySide(sizes));
  }

  /** Returns the largest element of each window. */
  public static Tensor maxPool1d(Object images, Window window, ImageLayout layout) {
    return pool("maxPool1d", 1, MaxPool::new, images, window, layout);
  }

  /** Returns the largest element of each window of {@code [n, h, w, c]}. */
  public static Tensor maxPool2d(Object images, Window window) {
    return maxPool2d(images, window, ImageLayout.CHANNELS_LAST);
  }

  /**
   * Returns the largest element of each window of these sizes, side by side; one size is for all
   * axes.
   */
  public static Tensor maxPool2d(Object images, int... sizes) {
    return maxPool2d(images, sideBySide(sizes));
  }

  /** Returns the largest element of each window. */
  public static Tensor maxPool2d(Object images, Window window, ImageLayout layout) {
    return pool("maxPool2d", 2, MaxPool::new, images, window, layout);
  }

  /** Returns the largest element of each window of {@code [n, d, h, w, c]}. */
  public static Tensor maxPool3d(Object images, Window window) {
    return maxPool3d(images, window, ImageLayout.CHANNELS_LAST);
  }

  /**
   * Returns the largest element of each window of these sizes, side by side; one size is for all
   * axes.
   */
  public static Tensor maxPool3d(Object images, int... sizes) {
    return maxPool3d(images, sideBySide(sizes));
  }

  /** Returns the largest element of each window. */
  public static Tensor maxPool3d(Object images, Window window, ImageLayout layout) {
    return pool("maxPool3d", 3, MaxPool::new, images, window, layout);
  }

  /** Returns the mean of each window of {@code [n, w, c]}. */
  public static Tensor avgPool1d(Object images, Window window) {
    return avgPool1d(images, window, ImageLayout.CHANNELS_LAST);
  }

  /** Returns the mean of each window of these sizes, side by side; one size is for all axes. */
  public static Tensor avgPool1d(Object images, int... sizes) {
    return avgPool1d(images, sideBySide(sizes));
  }

  /** Returns the mean of each window. */
  public static Tensor avgPool1d(Object images, Window window, ImageLayout layout) {
    return pool("avgPool1d", 1, AveragePool::new, images, window, layout);
  }

  /** Returns the mean of each window of {@code [n, h, w, c]}. */
  public static Tensor avgPool2d(Object images, Window window) {
    return avgPool2d(images, window, ImageLayout.CHANNELS_LAST);
  }

  /** Returns the mean of each window of these sizes, side by side; one size is for all axes. */
  public static Tensor avgPool2d(Object images, int... sizes) {
    return avgPool2d(images, sideBySide(sizes));
  }

  /** Returns the mean of each window. */
  public static Tensor avgPool2d(Object images, Window window, ImageLayout layout) {
    return pool("avgPool2d", 2, AveragePool::new, images, window, layout);
  }

  /** Returns the mean of each window of {@code [n, d, h, w, c]}. */
  public static Tensor avgPool3d(Object images, Window window) {
    return avgPool3d(images, window, ImageLayout.CHANNELS_LAST);
  }

  /** Returns the mean of each window of these sizes, side by side; one size is for all axes. */
  public static Tensor avgPool3d(Object images, int... sizes) {
    return avgPool3d(images, sideBySide(sizes));
  }

  /** Returns the mean of each window. */
  public static Tensor avgPool3d(Object images, Window window, ImageLayout layout) {
    return pool("avgPool3d", 3, AveragePool::new, images, window, layout);
  }

  /** Returns the maximum of each channel of each image: {@code [n, spatial.., c] -> [n, c]}. */
  public static Tensor globalMaxPool(Object images) {
    return globalMaxPool(images, false, ImageLayout.CHANNELS_LAST);
  }

  /**
   * Returns the maximum of each channel of each image; equal maxima share the gradient.
   *
   * @param keepDims whether the spatial axes stay, with size 1
   */
  public static Tensor globalMaxPool(Object images, boolean keepDims, ImageLayout layout) {
    Tensor x = Operands.tensor(images);
    return Reductions.max(x, keepDims, spatial("globalMaxPool", x, layout));
  }

  /** Returns the mean of each channel of each image: {@code [n, spatial.., c] -> [n, c]}. */
  public static Tensor globalAvgPool(Object images) {
    return globalAvgPool(images, false, ImageLayout.CHANNELS_LAST);
  }

  /**
   * Returns the mean of each channel of each image.
   *
   * @param keepDims whether the spatial axes stay, with size 1
   */
  public static Tensor globalAvgPool(Object images, boolean keepDims, ImageLayout layout) {
    Tensor x = Operands.tensor(images);
    return Reductions.mean(x, keepDims, spatial("globalAvgPool", x, layout));
  }

  /** Returns the max pooling that an op is the gradient of; null for another op. */
  public static Op ofGradient(Op op) {
    return op instanceof MaxPool.Gradient gradient ? gradient.pool() : null;
  }

  /** Returns whether an op is max pooling whose windows lie within the images, without gaps. */
  public static boolean isUnpaddedMax(Op op) {
    return op instanceof MaxPool pool
        && pool.window().axes().stream()
            .allMatch(a -> !a.same() && a.before() == 0 && a.after() == 0 && a.dilation() == 1);
  }

  private static Window sideBySide(int... sizes) {
    return Window.of(sizes).strides(sizes);
  }

  private static int[] spatial(String who, Tensor images, ImageLayout layout) {
    Checks.sameFloating(who, images.spec());
    int rank = images.shape().rank();
    if (rank < 3) {
      throw Refusal.of(
          who,
          "needs images with spatial axes",
          images.shape(),
          "add axes for examples and channels with expandDims");
    }
    int first = layout == ImageLayout.CHANNELS_LAST ? 1 : 2;
    return IntStream.range(first, first + rank - 2).toArray();
  }

  /** A constructor of an op from its name and window. */
  @FunctionalInterface
  private interface Maker {
    SimpleOp of(String name, Window window);
  }

  private static Tensor pool(
      String name, int rank, Maker op, Object images, Window window, ImageLayout layout) {
    Tensor x = layout.toLast(name, rank, images);
    return layout.ofLast(op.of(name, window.ofRank(rank, name)).applyTo(x));
  }

  /** Returns the spec of the windows' results, after checking the images. */
  static TensorSpec slide(String who, Window window, TensorSpec images) {
    Shape shape = images.shape();
    Checks.rank(who, "images", window.rank() + 2, images);
    return new TensorSpec(
        Checks.sameFloating(who, images), Conv.slide(who, window, shape, shape.size(-1)));
  }
}
