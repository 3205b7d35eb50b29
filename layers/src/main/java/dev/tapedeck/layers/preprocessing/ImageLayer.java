package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.layers.BuiltIn;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import java.util.function.UnaryOperator;

/**
 * Base of the layers of images: a batch or a single image, with channels last or first, as numbers
 * of a floating-point type; whole ones become float32, or what the policy computes with.
 *
 * @param <A> record of the arguments
 * @param <L> the layer itself
 */
abstract class ImageLayer<A extends Record & ImageLayer.Arguments, L extends ImageLayer<A, L>>
    extends BuiltIn<A, L> {
  /** The argument that all these layers have. */
  interface Arguments {
    ImageLayout dataFormat();
  }

  ImageLayer(A arguments) {
    super(arguments);
  }

  /** Sets the position of the channels; by default they are last. */
  public final L dataFormat(ImageLayout dataFormat) {
    return with("dataFormat", dataFormat);
  }

  final String who() {
    return getClass().getSimpleName();
  }

  /** Returns what a function of images {@code [n, h, w, c]} makes of the input. */
  final Tensor ofImages(Tensor x, UnaryOperator<Tensor> function) {
    int rank = x.shape().rank();
    if (rank != 3 && rank != 4) {
      String batch = args().dataFormat().name(2);
      throw Refusal.of(
          who(),
          "needs images " + batch + ", or one image",
          x.shape(),
          "expandDims images without channels");
    }
    Tensor images = args().dataFormat().toLast(who(), 2, rank == 3 ? Shaping.expandDims(x, 0) : x);
    Tensor changed = args().dataFormat().ofLast(function.apply(images));
    return rank == 3 ? Shaping.squeeze(changed, 0) : changed;
  }

  /** Returns numbers as those that the layer computes with. */
  final Tensor floating(Tensor x) {
    return x.cast(Floats.of(x, dtypePolicy()));
  }
}
