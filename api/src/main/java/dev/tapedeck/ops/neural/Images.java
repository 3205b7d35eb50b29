package dev.tapedeck.ops.neural;

import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;

/**
 * Resizing of images {@code [n, h, w, c]}. Pixel centres are at half-integers, as in {@code
 * tf.image.resize}; there is no antialiasing when images get smaller.
 */
public final class Images {
  /** The maximum size, since positions of pixels are computed in Java arrays. */
  private static final int LARGEST = 1 << 24;

  private Images() {}

  /**
   * Returns images resized by nearest neighbour: each pixel is the one of {@code images} at its
   * position.
   *
   * @throws IllegalArgumentException if the images have another rank, or a size is not 1 or more
   */
  public static Tensor resizeNearest(Object images, int height, int width) {
    return resized("resizeNearest", Operands.tensor(images), height, width, Images::nearest);
  }

  /**
   * Returns images resized by bilinear interpolation of the four pixels of {@code images} around
   * each pixel's centre.
   *
   * @throws IllegalArgumentException if the images have another rank or type, or a size is not 1 or
   *     more
   */
  public static Tensor resizeBilinear(Object images, int height, int width) {
    Tensor tensor = Operands.tensor(images);
    Checks.sameFloating("resizeBilinear", tensor.spec());
    return resized("resizeBilinear", tensor, height, width, Images::linear);
  }

  /** A resizing of one axis. */
  @FunctionalInterface
  private interface Resizing {
    Tensor of(Tensor images, int axis, int size);
  }

  private static Tensor resized(
      String who, Tensor images, int height, int width, Resizing resizing) {
    Checks.rank(who, "images [n, h, w, c]", 4, images.spec());
    Shape shape = images.shape();
    if (Math.min(height, width) < 1 || shape.size(1) < 1 || shape.size(2) < 1) {
      throw Refusal.of(
          who,
          "heights and widths must be 1 or more",
          height + " and " + width + " for images " + shape,
          "resize images that are not empty, to at least 1x1");
    }
    if (Math.max(height, width) > LARGEST) {
      throw Refusal.of(
          who,
          "heights and widths are at most " + LARGEST,
          height + " and " + width,
          "resize in parts");
    }
    return resizing.of(resizing.of(images, 2, width), 1, height);
  }

  private static Tensor nearest(Tensor images, int axis, int size) {
    long old = images.shape().size(axis);
    // In float32, as TensorFlow: rounding decides between pixels.
    float scale = (float) old / size;
    long[] from = new long[size];
    for (int i = 0; i < size; i++) {
      from[i] = Math.min((long) Math.floor((i + 0.5f) * scale), old - 1);
    }
    return Indexing.gather(images, from, axis);
  }

  private static Tensor linear(Tensor images, int axis, int size) {
    long old = images.shape().size(axis);
    long[] lower = new long[size];
    long[] upper = new long[size];
    double[] weights = new double[size];
    for (int i = 0; i < size; i++) {
      double at = (i + 0.5) * old / size - 0.5;
      lower[i] = Math.max((long) Math.floor(at), 0);
      upper[i] = Math.min((long) Math.ceil(at), old - 1);
      weights[i] = at - Math.floor(at);
    }
    long[] alongAxis = {1, 1, 1};
    alongAxis[axis - 1] = size;
    Tensor weight = Shaping.reshape(Casting.cast(weights, images.dtype()), alongAxis);
    Tensor low = Indexing.gather(images, lower, axis);
    return low.add(Indexing.gather(images, upper, axis).sub(low).mul(weight));
  }
}
