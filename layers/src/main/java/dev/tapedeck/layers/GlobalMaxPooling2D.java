package dev.tapedeck.layers;

import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.ops.neural.Pooling;
import dev.tapedeck.tensor.Tensor;

/**
 * Global max pooling of images: the largest element of each channel.
 *
 * <p>Images {@code [n, h, w, c]} give {@code [n, c]}, or {@code [n, 1, 1, c]} if the axes are kept;
 * with {@link ImageLayout#CHANNELS_FIRST} channels are on axis 1 of both. Equal largest elements
 * share the gradient.
 *
 * <p>An input that is not such a batch of a floating-point type throws {@link
 * IllegalArgumentException}.
 */
public final class GlobalMaxPooling2D
    extends GlobalPooling<GlobalMaxPooling2D.Arguments, GlobalMaxPooling2D> {
  /**
   * The arguments of a {@link GlobalMaxPooling2D}.
   *
   * @param dataFormat position of the channels
   * @param keepdims whether the spatial axes stay, with size 1
   */
  public record Arguments(ImageLayout dataFormat, boolean keepdims)
      implements GlobalPooling.Arguments {
    /** Checks the arguments. */
    public Arguments {
      LayerOptions.requireGiven(
          "GlobalMaxPooling2D", "dataFormat", dataFormat, "ImageLayout.CHANNELS_LAST");
    }
  }

  private GlobalMaxPooling2D(Arguments arguments) {
    super(2, arguments);
  }

  /** Makes a layer. */
  public GlobalMaxPooling2D() {
    this(new Arguments(ImageLayout.CHANNELS_LAST, false));
  }

  @Override
  Tensor pool(Tensor images) {
    return Pooling.globalMaxPool(images, args().keepdims(), args().dataFormat());
  }
}
