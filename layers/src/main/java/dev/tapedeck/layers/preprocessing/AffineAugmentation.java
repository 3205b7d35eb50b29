package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.ops.neural.ImageTransforms;
import dev.tapedeck.ops.neural.ImageTransforms.FillMode;
import dev.tapedeck.ops.neural.Images.Interpolation;
import dev.tapedeck.tensor.Tensor;
import java.util.Arrays;

/**
 * Base of the layers that move the pixels of images at random by an affine transform; see {@link
 * ImageTransforms#affineTransform}.
 *
 * @param <A> record of the arguments
 * @param <T> what is drawn: a tensor, or a record of tensors
 * @param <L> the layer itself
 */
abstract class AffineAugmentation<
        A extends Record & AffineAugmentation.Arguments, T, L extends AffineAugmentation<A, T, L>>
    extends ImageAugmentation<A, T, L> {
  /** The arguments that all these layers have. */
  interface Arguments extends ImageAugmentation.Arguments {
    FillMode fillMode();

    Interpolation interpolation();

    double fillValue();
  }

  /** Numbers for each image, float32 {@code [n, 1, 1, 1]}: along the width and the height. */
  record Pair(Tensor x, Tensor y) {}

  AffineAugmentation(A arguments) {
    super(arguments);
  }

  /** Sets the pixels beyond the edges; by default {@link FillMode#REFLECT}. */
  public final L fillMode(FillMode fillMode) {
    return with("fillMode", fillMode);
  }

  /** Sets the interpolation between pixels; by default {@link Interpolation#BILINEAR}. */
  public final L interpolation(Interpolation interpolation) {
    return with("interpolation", interpolation);
  }

  /** Sets the value of pixels beyond the edges with {@link FillMode#CONSTANT}; by default 0. */
  public final L fillValue(double fillValue) {
    return with("fillValue", fillValue);
  }

  /** Returns the transforms {@code [n, 8]} of images of a height and a width. */
  abstract Tensor transforms(T drawn, int height, int width);

  @Override
  final Tensor changed(Tensor images, T drawn) {
    int[] sizes = Resizing.sizes(who(), images);
    return ImageTransforms.affineTransform(
        images,
        transforms(drawn, sizes[0], sizes[1]),
        args().interpolation(),
        args().fillMode(),
        args().fillValue());
  }

  /** Returns transforms {@code [n, 8]} of the first six numbers, one of which is for each image. */
  static Tensor transforms(Tensor forEach, Object... numbers) {
    Tensor zero = Creation.zerosLike(forEach).reshape(-1);
    Object[] eight = Arrays.copyOf(numbers, 8);
    for (int i = 0; i < 8; i++) {
      Object number = eight[i] instanceof Tensor tensor ? tensor.reshape(-1) : eight[i];
      eight[i] = number == null ? zero : zero.add(number);
    }
    return Joining.stack(-1, eight);
  }
}
