package dev.tapedeck.layers;

import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * A layer that repeats each element of volumes: {@code [n, d, h, w, c]} gives the sizes of depth,
 * height and width times {@code size}.
 *
 * <p>An input of another rank throws {@link IllegalArgumentException}.
 */
public final class UpSampling3D extends UpSampling<UpSampling3D.Arguments, UpSampling3D> {
  /**
   * The arguments of an {@link UpSampling3D}.
   *
   * @param size factor of each spatial axis
   * @param dataFormat position of the channels
   */
  public record Arguments(List<Integer> size, ImageLayout dataFormat) {
    /** Checks the arguments; one size is that of all axes. */
    public Arguments {
      size = checked("UpSampling3D", 3, size);
      LayerOptions.requireGiven(
          "UpSampling3D", "dataFormat", dataFormat, "ImageLayout.CHANNELS_LAST");
    }
  }

  private UpSampling3D(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer that doubles all sizes. */
  public UpSampling3D() {
    this(2);
  }

  /** Makes a layer of one factor of all spatial axes. */
  public UpSampling3D(int size) {
    this(List.of(size));
  }

  /** Makes a layer of a factor for each spatial axis. */
  public UpSampling3D(List<Integer> size) {
    this(new Arguments(size, ImageLayout.CHANNELS_LAST));
  }

  /** Sets the position of the channels; by default they are last. */
  public UpSampling3D dataFormat(ImageLayout dataFormat) {
    return with("dataFormat", dataFormat);
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
    return repeated(x);
  }
}
