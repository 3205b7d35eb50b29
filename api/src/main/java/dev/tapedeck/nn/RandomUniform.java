package dev.tapedeck.nn;

import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;

/**
 * An initializer of uniform numbers in {@code [minval, maxval)}.
 *
 * @param minval least number
 * @param maxval upper bound, which is excluded
 * @param seed seed of the numbers; null for the key that {@link #create} is given
 */
public record RandomUniform(double minval, double maxval, Long seed) implements RandomInitializer {
  /** Checks the parameters. */
  public RandomUniform {
    if (!(minval < maxval && Double.isFinite(maxval - minval))) {
      throw Parameters.refusal(
          this,
          "minval must be below maxval, and both finite",
          minval + " and " + maxval,
          "swap them, or use constant(..)");
    }
  }

  @Override
  public RandomUniform seeded(long seed) {
    return new RandomUniform(minval, maxval, seed);
  }

  @Override
  public Tensor draw(RandomKey key, TensorSpec spec) {
    return Randoms.uniform(key, spec.dtype(), minval, maxval, spec.shape().toArray());
  }
}
