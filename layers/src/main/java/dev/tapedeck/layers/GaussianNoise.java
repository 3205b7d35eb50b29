package dev.tapedeck.layers;

import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.Tensor;

/**
 * A layer that adds normal noise of mean 0 in training, and returns its input unchanged otherwise.
 * Every call draws anew.
 */
public final class GaussianNoise extends RandomLayer<GaussianNoise.Arguments, GaussianNoise> {
  /**
   * The arguments of a {@link GaussianNoise}.
   *
   * @param stddev standard deviation of the noise, 0 or more
   * @param seed seed of a generator of the layer's own; null for the process's generator
   */
  public record Arguments(double stddev, Long seed) {
    /** Checks the arguments. */
    public Arguments {
      LayerOptions.requireNonNegative("GaussianNoise", "stddev", stddev);
    }
  }

  private GaussianNoise(Arguments arguments) {
    super(arguments, arguments.seed);
  }

  /** Makes a layer that draws from the process's generator; see {@link RandomKey#seed}. */
  public GaussianNoise(double stddev) {
    this(new Arguments(stddev, null));
  }

  /** Makes a layer with a generator of its own: the same seed gives the same sequence of draws. */
  public GaussianNoise(double stddev, long seed) {
    this(new Arguments(stddev, seed));
  }

  @Override
  boolean changes() {
    return args().stddev > 0;
  }

  @Override
  Tensor changed(Tensor x, RandomKey key) {
    return x.add(Randoms.normalLike(key, x.dtype(), 0, args().stddev, x));
  }
}
