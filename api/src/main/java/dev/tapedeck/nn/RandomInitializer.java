package dev.tapedeck.nn;

import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;

/**
 * An initializer of random numbers, of a floating-point type.
 *
 * <p>With a seed it gives the same numbers at each call, as Keras's do.
 */
public interface RandomInitializer extends Initializer {
  /** Returns the seed; null if the numbers come from the key that {@link #create} is given. */
  Long seed();

  @Override
  RandomInitializer seeded(long seed);

  /** Returns numbers of a key, whatever the seed is. */
  Tensor draw(RandomKey key, TensorSpec spec);

  @Override
  default Tensor create(RandomKey key, TensorSpec spec) {
    Checks.sameFloating(getClass().getSimpleName(), spec);
    return draw(seed() == null ? key : RandomKey.of(seed()), spec);
  }
}
