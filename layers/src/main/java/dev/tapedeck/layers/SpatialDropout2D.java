package dev.tapedeck.layers;

import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.ops.random.RandomKey;

/**
 * A layer that sets whole channels of images {@code [n, h, w, c]} to 0 at random in training, and
 * returns its input unchanged otherwise.
 *
 * <p>In training a channel of an example is 0 with probability {@code rate}, else it is divided by
 * {@code 1 - rate}. Every call draws anew. An input of another rank throws {@link
 * IllegalArgumentException}.
 *
 * <p>J. Tompson, R. Goroshin, A. Jain, Y. LeCun, C. Bregler, "Efficient Object Localization Using
 * Convolutional Networks", CVPR 2015.
 */
public final class SpatialDropout2D
    extends SpatialDropout<SpatialDropout2D.Arguments, SpatialDropout2D> {
  /**
   * The arguments of a {@link SpatialDropout2D}.
   *
   * @param rate probability with which a channel is set to 0
   * @param dataFormat position of the channels
   * @param seed seed of a generator of the layer's own; null for the process's generator
   */
  public record Arguments(double rate, ImageLayout dataFormat, Long seed)
      implements SpatialDropout.Arguments {
    /** Checks the arguments. */
    public Arguments {
      checkRate("SpatialDropout2D", rate);
      LayerOptions.requireGiven(
          "SpatialDropout2D", "dataFormat", dataFormat, "ImageLayout.CHANNELS_LAST");
    }
  }

  private SpatialDropout2D(Arguments arguments) {
    super(arguments, 2);
  }

  /** Makes a layer that draws from the process's generator; see {@link RandomKey#seed}. */
  public SpatialDropout2D(double rate) {
    this(new Arguments(rate, ImageLayout.CHANNELS_LAST, null));
  }

  /** Makes a layer with a generator of its own: the same seed gives the same sequence of draws. */
  public SpatialDropout2D(double rate, long seed) {
    this(new Arguments(rate, ImageLayout.CHANNELS_LAST, seed));
  }

  /** Sets the position of the channels; by default they are last. */
  public SpatialDropout2D dataFormat(ImageLayout dataFormat) {
    return with("dataFormat", dataFormat);
  }
}
