package dev.tapedeck.layers;

import dev.tapedeck.ops.neural.ImageLayout;
import java.util.List;

/**
 * A layer that leaves out the edges of volumes: {@code [n, d, h, w, c]} gives the sizes of depth,
 * height and width less what is cropped.
 *
 * <p>An input of another rank, or one of which nothing would be left, throws {@link
 * IllegalArgumentException}.
 */
public final class Cropping3D extends Cropping<Cropping3D.Arguments, Cropping3D> {
  /**
   * The arguments of a {@link Cropping3D}.
   *
   * @param cropping numbers {@code [before, after]} of each spatial axis
   * @param dataFormat position of the channels
   */
  public record Arguments(List<List<Integer>> cropping, ImageLayout dataFormat) {
    /** Checks the arguments. */
    public Arguments {
      cropping = checked("Cropping3D", "cropping", 3, cropping);
      LayerOptions.requireGiven(
          "Cropping3D", "dataFormat", dataFormat, "ImageLayout.CHANNELS_LAST");
    }
  }

  private Cropping3D(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer that leaves out 1 at each end. */
  public Cropping3D() {
    this(1);
  }

  /** Makes a layer of a number for both ends of all spatial axes. */
  public Cropping3D(int cropping) {
    this(all(3, cropping));
  }

  /**
   * Makes a layer of the numbers {@code [before, after]} of each spatial axis; a single one is that
   * of both ends.
   */
  public Cropping3D(List<List<Integer>> cropping) {
    this(new Arguments(cropping, ImageLayout.CHANNELS_LAST));
  }

  /** Sets the position of the channels; by default they are last. */
  public Cropping3D dataFormat(ImageLayout dataFormat) {
    return with("dataFormat", dataFormat);
  }

  @Override
  List<List<Integer>> ends() {
    return args().cropping;
  }

  @Override
  ImageLayout layout() {
    return args().dataFormat;
  }
}
