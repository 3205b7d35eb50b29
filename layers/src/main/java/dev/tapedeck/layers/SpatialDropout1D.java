package dev.tapedeck.layers;

import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.ops.random.RandomKey;

/**
 * A layer that sets whole channels of sequences {@code [n, steps, c]} to 0 at random in training,
 * and returns its input unchanged otherwise.
 *
 * <p>In training a channel of an example is 0 with probability {@code rate}, else it is divided by
 * {@code 1 - rate}. Every call draws anew. An input of another rank throws {@link
 * IllegalArgumentException}.
 *
 * <p>J. Tompson, R. Goroshin, A. Jain, Y. LeCun, C. Bregler, "Efficient Object Localization Using
 * Convolutional Networks", CVPR 2015.
 */
public final class SpatialDropout1D
    extends SpatialDropout<SpatialDropout1D.Arguments, SpatialDropout1D> {
  /**
   * The arguments of a {@link SpatialDropout1D}.
   *
   * @param rate probability with which a channel is set to 0
   * @param seed seed of a generator of the layer's own; null for the process's generator
   */
  public record Arguments(double rate, Long seed) implements SpatialDropout.Arguments {
    /** Checks the arguments. */
    public Arguments {
      checkRate("SpatialDropout1D", rate);
    }

    @Override
    public ImageLayout dataFormat() {
      return ImageLayout.CHANNELS_LAST;
    }
  }

  private SpatialDropout1D(Arguments arguments) {
    super(arguments, 1);
  }

  /** Makes a layer that draws from the process's generator; see {@link RandomKey#seed}. */
  public SpatialDropout1D(double rate) {
    this(new Arguments(rate, null));
  }

  /** Makes a layer with a generator of its own: the same seed gives the same sequence of draws. */
  public SpatialDropout1D(double rate, long seed) {
    this(new Arguments(rate, seed));
  }
}
