package dev.tapedeck.layers;

import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * Base of the pooling layers whose output sizes are given.
 *
 * @param <A> record of the arguments
 * @param <L> the layer itself
 */
abstract class AdaptivePooling<
        A extends Record & AdaptivePooling.Arguments, L extends AdaptivePooling<A, L>>
    extends BuiltIn<A, L> {
  /** The arguments that all these layers have. */
  interface Arguments {
    List<Integer> outputSize();

    ImageLayout dataFormat();
  }

  AdaptivePooling(A arguments) {
    super(arguments);
  }

  /** Sets where the channels are; by default {@link ImageLayout#CHANNELS_LAST}. */
  public final L dataFormat(ImageLayout dataFormat) {
    return with("dataFormat", dataFormat);
  }

  /** Returns one number for each window. */
  abstract Tensor reduce(AdaptiveWindows windows);

  @Override
  protected final Tensor call(Tensor images) {
    String who = getClass().getSimpleName();
    ImageLayout layout = args().dataFormat();
    List<Integer> sizes = args().outputSize();
    LayerOptions.requireImages(who, layout, sizes.size(), images.shape());
    if (!images.dtype().isFloating()) {
      throw Refusal.of(who, "needs a floating point type", images.dtype(), "cast it first");
    }
    Tensor y = images;
    for (int i = 0; i < sizes.size(); i++) {
      int axis = layout == ImageLayout.CHANNELS_LAST ? i + 1 : i + 2;
      if (images.shape().size(axis) < 1) {
        throw Refusal.of(
            who, "needs images of known sizes of 1 or more", images.shape(), "give them in full");
      }
      y = reduce(AdaptiveWindows.of(y, axis, sizes.get(i)));
    }
    return y;
  }
}
