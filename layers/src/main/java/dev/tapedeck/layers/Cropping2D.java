package dev.tapedeck.layers;

import dev.tapedeck.ops.neural.ImageLayout;
import java.util.List;

/**
 * A layer that leaves out the edges of images: {@code [n, h, w, c]} gives the sizes of height and
 * width less what is cropped.
 *
 * <p>An input of another rank, or one of which nothing would be left, throws {@link
 * IllegalArgumentException}.
 */
public final class Cropping2D extends Cropping<Cropping2D.Arguments, Cropping2D> {
  /**
   * The arguments of a {@link Cropping2D}.
   *
   * @param cropping numbers {@code [before, after]} of each spatial axis
   * @param dataFormat position of the channels
   */
  public record Arguments(List<List<Integer>> cropping, ImageLayout dataFormat) {
    /** Checks the arguments. */
    public Arguments {
      cropping = checked("Cropping2D", "cropping", 2, cropping);
      LayerOptions.requireGiven(
          "Cropping2D", "dataFormat", dataFormat, "ImageLayout.CHANNELS_LAST");
    }
  }

  private Cropping2D(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer that crops nothing. */
  public Cropping2D() {
    this(0);
  }

  /** Makes a layer of a number for both ends of all spatial axes. */
  public Cropping2D(int cropping) {
    this(all(2, cropping));
  }

  /**
   * Makes a layer of the numbers {@code [before, after]} of each spatial axis; a single one is that
   * of both ends.
   */
  public Cropping2D(List<List<Integer>> cropping) {
    this(new Arguments(cropping, ImageLayout.CHANNELS_LAST));
  }

  /** Sets the position of the channels; by default they are last. */
  public Cropping2D dataFormat(ImageLayout dataFormat) {
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
