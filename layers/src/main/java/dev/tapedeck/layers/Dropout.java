package dev.tapedeck.layers;

import dev.tapedeck.ops.neural.Regularization;
import dev.tapedeck.ops.random.RandomGenerator;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Layer;

/**
 * Sets elements to 0 at random in training, and returns the input unchanged otherwise.
 *
 * <p>In training {@code y = 0} with probability {@code rate}, else {@code y = x / (1 - rate)},
 * which keeps the mean; so nothing needs to be scaled in use. Every call draws anew.
 *
 * <p>N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov, "Dropout: A Simple
 * Way to Prevent Neural Networks from Overfitting", JMLR 15, 2014, which scales in use instead.
 */
public final class Dropout extends Layer {
  private final double rate;
  private final RandomGenerator generator; // null: the process's seed

  /** Makes a layer that draws by the process's seed; see {@link RandomKey#seed}. */
  public Dropout(double rate) {
    this(rate, null);
  }

  /** Makes a layer whose draws repeat, one call after the other, for the same seed. */
  public Dropout(double rate, long seed) {
    this(rate, RandomGenerator.of(seed));
  }

  private Dropout(double rate, RandomGenerator generator) {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException(
          "Dropout: the rate, the part that is set to 0, must be in [0, 1), received " + rate);
    }
    this.rate = rate;
    this.generator = generator;
  }

  @Override
  protected Tensor call(Tensor x, boolean training) {
    if (!training || rate == 0) {
      return x;
    }
    RandomKey key = generator == null ? RandomKey.next() : generator.next();
    return Regularization.dropout(x, rate, key);
  }
}
