package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;

/**
 * A part of each image, between {@code left} and {@code right}, {@code top} and {@code bottom},
 * float32 {@code [n, 1, 1, 1]}.
 */
record Box(Tensor left, Tensor right, Tensor top, Tensor bottom) {
  /** Draws the place of parts whose sizes are given as parts of the width and the height. */
  static Box draw(String who, RandomKey key, Tensor images, Tensor ofWidth, Tensor ofHeight) {
    int[] sizes = Resizing.sizes(who, images);
    Tensor width = ofWidth.mul(sizes[1]);
    Tensor height = ofHeight.mul(sizes[0]);
    Tensor left = start(key.foldIn(0), images, width, sizes[1]);
    Tensor top = start(key.foldIn(1), images, height, sizes[0]);
    return new Box(left, left.add(width), top, top.add(height));
  }

  private static Tensor start(RandomKey key, Tensor images, Tensor length, int size) {
    return ImageAugmentation.uniform(key, images, 0, 1).mul(length.neg().add(size));
  }

  /** Returns whether pixels are within, {@code [n, h, w, 1]}. */
  Tensor holds(Tensor images) {
    long height = images.shape().size(1);
    long width = images.shape().size(2);
    Tensor y = Creation.range(0, height, 1, DType.FLOAT32).reshape(1, height, 1, 1);
    Tensor x = Creation.range(0, width, 1, DType.FLOAT32).reshape(1, 1, width, 1);
    Tensor across = Logic.logicalAnd(x.greaterEqual(left), x.less(right));
    Tensor down = Logic.logicalAnd(y.greaterEqual(top), y.less(bottom));
    return Logic.logicalAnd(across, down);
  }

  /** Returns the area as a part of that of images, {@code [n, 1, 1, 1]}. */
  Tensor partOf(Tensor images) {
    double area = (double) images.shape().size(1) * images.shape().size(2);
    return right.sub(left).mul(bottom.sub(top)).div(area);
  }
}
