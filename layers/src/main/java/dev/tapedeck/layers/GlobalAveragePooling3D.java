package dev.tapedeck.layers;

import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.ops.neural.Pooling;
import dev.tapedeck.tensor.Tensor;

/**
 * Global average pooling of volumes: the mean of each channel.
 *
 * <p>Volumes {@code [n, d, h, w, c]} give {@code [n, c]}, or {@code [n, 1, 1, 1, c]} if the axes
 * are kept; with {@link ImageLayout#CHANNELS_FIRST} channels are on axis 1 of both.
 *
 * <p>An input that is not such a batch of a floating-point type throws {@link
 * IllegalArgumentException}.
 */
public final class GlobalAveragePooling3D
    extends GlobalPooling<GlobalAveragePooling3D.Arguments, GlobalAveragePooling3D> {
  /**
   * The arguments of a {@link GlobalAveragePooling3D}.
   *
   * @param dataFormat position of the channels
   * @param keepdims whether the spatial axes stay, with size 1
   */
  public record Arguments(ImageLayout dataFormat, boolean keepdims)
      implements GlobalPooling.Arguments {
    /** Checks the arguments. */
    public Arguments {
      LayerOptions.requireGiven(
          "GlobalAveragePooling3D", "dataFormat", dataFormat, "ImageLayout.CHANNELS_LAST");
    }
  }

  private GlobalAveragePooling3D(Arguments arguments) {
    super(3, arguments);
  }

  /** Makes a layer. */
  public GlobalAveragePooling3D() {
    this(new Arguments(ImageLayout.CHANNELS_LAST, false));
  }

  @Override
  Tensor pool(Tensor images) {
    return Pooling.globalAvgPool(images, args().keepdims(), args().dataFormat());
  }
}
