package dev.tapedeck.layers;

import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.ops.neural.Pooling;
import dev.tapedeck.tensor.Tensor;

/**
 * Global max pooling of sequences: the largest element of each channel.
 *
 * <p>Sequences {@code [n, w, c]} give {@code [n, c]}, or {@code [n, 1, c]} if the axes are kept;
 * with {@link ImageLayout#CHANNELS_FIRST} channels are on axis 1 of both. Equal largest elements
 * share the gradient.
 *
 * <p>An input that is not such a batch of a floating-point type throws {@link
 * IllegalArgumentException}.
 */
public final class GlobalMaxPooling1D
    extends GlobalPooling<GlobalMaxPooling1D.Arguments, GlobalMaxPooling1D> {
  /**
   * The arguments of a {@link GlobalMaxPooling1D}.
   *
   * @param dataFormat position of the channels
   * @param keepdims whether the spatial axes stay, with size 1
   */
  public record Arguments(ImageLayout dataFormat, boolean keepdims)
      implements GlobalPooling.Arguments {
    /** Checks the arguments. */
    public Arguments {
      LayerOptions.requireGiven(
          "GlobalMaxPooling1D", "dataFormat", dataFormat, "ImageLayout.CHANNELS_LAST");
    }
  }

  private GlobalMaxPooling1D(Arguments arguments) {
    super(1, arguments);
  }

  /** Makes a layer. */
  public GlobalMaxPooling1D() {
    this(new Arguments(ImageLayout.CHANNELS_LAST, false));
  }

  @Override
  Tensor pool(Tensor images) {
    return Pooling.globalMaxPool(images, args().keepdims(), args().dataFormat());
  }
}
