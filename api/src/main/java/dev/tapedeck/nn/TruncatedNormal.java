package dev.tapedeck.nn;

import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;

/**
 * An initializer of normal numbers, those beyond two standard deviations drawn again.
 *
 * <p>The standard deviation of what is drawn is 0.8796 times {@code stddev}, as in Keras.
 *
 * @param mean mean
 * @param stddev standard deviation before truncation
 * @param seed seed of the numbers; null for the key that {@link #create} is given
 */
public record TruncatedNormal(double mean, double stddev, Long seed) implements RandomInitializer {
  /** Checks the parameters. */
  public TruncatedNormal {
    Parameters.finite(this, "mean", mean);
    Parameters.notNegative(this, "stddev", stddev);
  }

  @Override
  public TruncatedNormal seeded(long seed) {
    return new TruncatedNormal(mean, stddev, seed);
  }

  @Override
  public Tensor draw(RandomKey key, TensorSpec spec) {
    return Randoms.truncatedNormal(key, spec.dtype(), mean, stddev, spec.shape().toArray());
  }
}
