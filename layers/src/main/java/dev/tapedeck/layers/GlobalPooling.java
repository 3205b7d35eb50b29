package dev.tapedeck.layers;

import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.tensor.Tensor;

/**
 * Base of the pooling layers that yield one number for each channel.
 *
 * @param <A> record of the arguments
 * @param <L> the layer itself
 */
abstract class GlobalPooling<
        A extends Record & GlobalPooling.Arguments, L extends GlobalPooling<A, L>>
    extends BuiltIn<A, L> {
  private final int axes;

  /** The arguments that all these layers have. */
  interface Arguments {
    ImageLayout dataFormat();

    boolean keepdims();
  }

  GlobalPooling(int axes, A arguments) {
    super(arguments);
    this.axes = axes;
  }

  /** Sets where the channels are; by default {@link ImageLayout#CHANNELS_LAST}. */
  public final L dataFormat(ImageLayout dataFormat) {
    return with("dataFormat", dataFormat);
  }

  /** Sets whether the spatial axes stay, with size 1; by default they do not. */
  public final L keepdims(boolean keep) {
    return with("keepdims", keep);
  }

  /** Returns the numbers of images whose rank is right. */
  abstract Tensor pool(Tensor images);

  @Override
  protected final Tensor call(Tensor images) {
    LayerOptions.requireImages(
        getClass().getSimpleName(), args().dataFormat(), axes, images.shape());
    return pool(images);
  }
}
