package dev.tapedeck.layers;

import dev.tapedeck.ops.neural.ImageLayout;
import java.util.List;

/**
 * A layer that puts zeros around sequences: {@code [n, steps, c]} gives the sizes of the steps plus
 * the padding.
 *
 * <p>An input of another rank throws {@link IllegalArgumentException}.
 */
public final class ZeroPadding1D extends ZeroPadding<ZeroPadding1D.Arguments, ZeroPadding1D> {
  /**
   * The arguments of a {@link ZeroPadding1D}.
   *
   * @param padding numbers of steps at the start and at the end
   * @param dataFormat position of the channels
   */
  public record Arguments(List<Integer> padding, ImageLayout dataFormat) {
    /** Checks the arguments. */
    public Arguments {
      padding = checked("ZeroPadding1D", "padding", 1, List.of(padding)).getFirst();
      LayerOptions.requireGiven(
          "ZeroPadding1D", "dataFormat", dataFormat, "ImageLayout.CHANNELS_LAST");
    }
  }

  private ZeroPadding1D(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer that puts 1 at each end. */
  public ZeroPadding1D() {
    this(1);
  }

  /** Makes a layer of a number for both ends of the steps. */
  public ZeroPadding1D(int padding) {
    this(List.of(padding));
  }

  /** Makes a layer of the numbers of steps at the start and at the end. */
  public ZeroPadding1D(List<Integer> padding) {
    this(new Arguments(padding, ImageLayout.CHANNELS_LAST));
  }

  /** Sets the position of the channels; by default they are last. */
  public ZeroPadding1D dataFormat(ImageLayout dataFormat) {
    return with("dataFormat", dataFormat);
  }

  @Override
  List<List<Integer>> ends() {
    return List.of(args().padding);
  }

  @Override
  ImageLayout layout() {
    return args().dataFormat;
  }
}
