package dev.tapedeck.nn;

import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;

/**
 * An initializer of normal numbers.
 *
 * @param mean mean
 * @param stddev standard deviation
 * @param seed seed of the numbers; null for the key that {@link #create} is given
 */
public record RandomNormal(double mean, double stddev, Long seed) implements RandomInitializer {
  /** Checks the parameters. */
  public RandomNormal {
    Parameters.finite(this, "mean", mean);
    Parameters.notNegative(this, "stddev", stddev);
  }

  @Override
  public RandomNormal seeded(long seed) {
    return new RandomNormal(mean, stddev, seed);
  }

  @Override
  public Tensor draw(RandomKey key, TensorSpec spec) {
    return Randoms.normal(key, spec.dtype(), mean, stddev, spec.shape().toArray());
  }
}
