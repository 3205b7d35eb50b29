package dev.tapedeck.layers;

import dev.tapedeck.ops.neural.ImageLayout;
import java.util.List;

/**
 * A layer that puts zeros around images: {@code [n, h, w, c]} gives the sizes of height and width
 * plus the padding.
 *
 * <p>An input of another rank throws {@link IllegalArgumentException}.
 */
public final class ZeroPadding2D extends ZeroPadding<ZeroPadding2D.Arguments, ZeroPadding2D> {
  /**
   * The arguments of a {@link ZeroPadding2D}.
   *
   * @param padding numbers {@code [before, after]} of each spatial axis
   * @param dataFormat position of the channels
   */
  public record Arguments(List<List<Integer>> padding, ImageLayout dataFormat) {
    /** Checks the arguments. */
    public Arguments {
      padding = checked("ZeroPadding2D", "padding", 2, padding);
      LayerOptions.requireGiven(
          "ZeroPadding2D", "dataFormat", dataFormat, "ImageLayout.CHANNELS_LAST");
    }
  }

  private ZeroPadding2D(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer that puts 1 at each end. */
  public ZeroPadding2D() {
    this(1);
  }

  /** Makes a layer of a number for both ends of all spatial axes. */
  public ZeroPadding2D(int padding) {
    this(all(2, padding));
  }

  /**
   * Makes a layer of the numbers {@code [before, after]} of each spatial axis; a single one is that
   * of both ends.
   */
  public ZeroPadding2D(List<List<Integer>> padding) {
    this(new Arguments(padding, ImageLayout.CHANNELS_LAST));
  }

  /** Sets the position of the channels; by default they are last. */
  public ZeroPadding2D dataFormat(ImageLayout dataFormat) {
    return with("dataFormat", dataFormat);
  }

  @Override
  List<List<Integer>> ends() {
    return args().padding;
  }

  @Override
  ImageLayout layout() {
    return args().dataFormat;
  }
}
