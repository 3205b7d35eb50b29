package dev.tapedeck.layers;

import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.ops.neural.Images;
import dev.tapedeck.ops.neural.Images.Interpolation;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * A layer that makes images larger, by repeating pixels or by interpolation: {@code [n, h, w, c]}
 * gives the sizes of height and width times {@code size}.
 *
 * <p>An input of another rank, or of unknown height or width where pixels are interpolated, throws
 * {@link IllegalArgumentException}.
 */
public final class UpSampling2D extends UpSampling<UpSampling2D.Arguments, UpSampling2D> {
  /**
   * The arguments of an {@link UpSampling2D}.
   *
   * @param size factor of each spatial axis
   * @param dataFormat position of the channels
   * @param interpolation interpolation between pixels
   */
  public record Arguments(List<Integer> size, ImageLayout dataFormat, Interpolation interpolation) {
    /** Checks the arguments; one size is that of all axes. */
    public Arguments {
      size = checked("UpSampling2D", 2, size);
      LayerOptions.requireGiven(
          "UpSampling2D", "dataFormat", dataFormat, "ImageLayout.CHANNELS_LAST");
      LayerOptions.requireGiven(
          "UpSampling2D", "interpolation", interpolation, "Interpolation.BICUBIC");
    }
  }

  private UpSampling2D(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer that doubles all sizes. */
  public UpSampling2D() {
    this(2);
  }

  /** Makes a layer of one factor of all spatial axes. */
  public UpSampling2D(int size) {
    this(List.of(size));
  }

  /** Makes a layer of a factor for each spatial axis. */
  public UpSampling2D(List<Integer> size) {
    this(new Arguments(size, ImageLayout.CHANNELS_LAST, Interpolation.NEAREST));
  }

  /** Sets the position of the channels; by default they are last. */
  public UpSampling2D dataFormat(ImageLayout dataFormat) {
    return with("dataFormat", dataFormat);
  }

  /** Sets the interpolation between pixels; by default {@link Interpolation#NEAREST}. */
  public UpSampling2D interpolation(Interpolation interpolation) {
    return with("interpolation", interpolation);
  }

  @Override
  List<Integer> factors() {
    return args().size;
  }

  @Override
  ImageLayout layout() {
    return args().dataFormat;
  }

  @Override
  Tensor larger(Tensor x) {
    if (args().interpolation == Interpolation.NEAREST) {
      return repeated(x);
    }
    Tensor images = layout().toLast("UpSampling2D", 2, x);
    int height = Math.toIntExact(images.shape().size(1) * args().size.getFirst());
    int width = Math.toIntExact(images.shape().size(2) * args().size.getLast());
    return layout().ofLast(Images.resize(images, height, width, args().interpolation, false));
  }
}
