package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.ops.neural.Images;
import dev.tapedeck.tensor.Tensor;

/**
 * A layer that crops the middle of images, in training and inference: {@code [n, h, w, c]} gives
 * {@code [n, height, width, c]}.
 *
 * <p>Of images that are smaller, the largest part of the ratio of {@code height} and {@code width}
 * is resized. An image of another rank, or of unknown height or width, throws {@link
 * IllegalArgumentException}.
 */
public final class CenterCrop extends ImageLayer<CenterCrop.Arguments, CenterCrop> {
  private static final String WHO = "CenterCrop";

  /**
   * The arguments of a {@link CenterCrop}.
   *
   * @param height number of rows
   * @param width number of columns
   * @param dataFormat position of the channels
   */
  public record Arguments(int height, int width, ImageLayout dataFormat)
      implements ImageLayer.Arguments {
    /** Checks the arguments. */
    public Arguments {
      ImageOptions.requirePositive(WHO, "height", height);
      ImageOptions.requirePositive(WHO, "width", width);
      ImageOptions.requireLayout(WHO, dataFormat);
    }
  }

  private CenterCrop(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer that crops to a height and a width. */
  public CenterCrop(int height, int width) {
    this(new Arguments(height, width, ImageLayout.CHANNELS_LAST));
  }

  @Override
  protected Tensor call(Tensor x) {
    return ofImages(floating(x), this::cropped);
  }

  private Tensor cropped(Tensor images) {
    int height = args().height;
    int width = args().width;
    int[] old = Resizing.sizes(WHO, images);
    if (old[0] < height || old[1] < width) {
      return Images.resizeBilinear(Resizing.cropped(WHO, images, height, width), height, width);
    }
    return Resizing.middle(images, old, height, width);
  }
}
