package dev.tapedeck.layers;

import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.Tensor;

/**
 * A layer that multiplies by normal noise of mean 1 in training, and returns its input unchanged
 * otherwise. Its standard deviation is {@code sqrt(rate / (1 - rate))}, that of {@link Dropout}'s
 * factors. Every call draws anew.
 *
 * <p>N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov, "Dropout: A Simple
 * Way to Prevent Neural Networks from Overfitting", JMLR 15, 2014, section 10.
 */
public final class GaussianDropout extends RandomLayer<GaussianDropout.Arguments, GaussianDropout> {
  /**
   * The arguments of a {@link GaussianDropout}.
   *
   * @param rate rate of the dropout with such a deviation
   * @param seed seed of a generator of the layer's own; null for the process's generator
   */
  public record Arguments(double rate, Long seed) {
    /** Checks the arguments. */
    public Arguments {
      checkRate("GaussianDropout", rate);
    }
  }

  private GaussianDropout(Arguments arguments) {
    super(arguments, arguments.seed);
  }

  /** Makes a layer that draws from the process's generator; see {@link RandomKey#seed}. */
  public GaussianDropout(double rate) {
    this(new Arguments(rate, null));
  }

  /** Makes a layer with a generator of its own: the same seed gives the same sequence of draws. */
  public GaussianDropout(double rate, long seed) {
    this(new Arguments(rate, seed));
  }

  @Override
  boolean changes() {
    return args().rate > 0;
  }

  @Override
  Tensor changed(Tensor x, RandomKey key) {
    double deviation = Math.sqrt(args().rate / (1 - args().rate));
    return x.mul(Randoms.normalLike(key, x.dtype(), 1, deviation, x));
  }
}
