package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * Base of the layers that change values of pixels at random, which lie in a known range.
 *
 * @param <A> record of the arguments
 * @param <T> what is drawn: a tensor, or a record of tensors
 * @param <L> the layer itself
 */
abstract class ColorAugmentation<
        A extends Record & ColorAugmentation.Arguments, T, L extends ColorAugmentation<A, T, L>>
    extends ImageAugmentation<A, T, L> {
  /** The arguments that all these layers have. */
  interface Arguments extends ImageAugmentation.Arguments {
    List<Double> valueRange();
  }

  ColorAugmentation(A arguments) {
    super(arguments);
  }

  /** Sets the lowest and the highest value of pixels; by default 0 and 255. */
  public final L valueRange(double... valueRange) {
    return with("valueRange", ImageOptions.list(valueRange));
  }

  final double lowest() {
    return args().valueRange().getFirst();
  }

  final double highest() {
    return args().valueRange().getLast();
  }

  final Tensor clipped(Tensor images) {
    return Maths.clip(images, lowest(), highest());
  }

  /** Returns values of the range as those of bytes. */
  final Tensor toBytes(Tensor images) {
    return toBytes(images, args().valueRange());
  }

  /** Returns values of bytes as those of the range. */
  final Tensor ofBytes(Tensor images) {
    return ofBytes(images, args().valueRange());
  }

  static Tensor toBytes(Tensor images, List<Double> range) {
    return scaled(images, range, ImageOptions.BYTES);
  }

  static Tensor ofBytes(Tensor images, List<Double> range) {
    return scaled(images, ImageOptions.BYTES, range);
  }

  /** Returns values of a range as those of another. */
  static Tensor scaled(Tensor images, List<Double> from, List<Double> to) {
    if (from.equals(to)) {
      return images;
    }
    Tensor part = images.sub(from.getFirst()).div(from.getLast() - from.getFirst());
    return part.mul(to.getLast() - to.getFirst()).add(to.getFirst());
  }
}
