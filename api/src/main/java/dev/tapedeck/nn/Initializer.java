package dev.tapedeck.nn;

import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;

/** An initializer of a variable's value; see {@link Initializers}. */
@FunctionalInterface
public interface Initializer {
  /** Returns the initial value, which depends on the arguments alone. */
  Tensor create(RandomKey key, TensorSpec spec);

  /** Returns this initializer with a seed of its own, whatever the process's seed is. */
  default Initializer seeded(long seed) {
    return (key, spec) -> create(RandomKey.of(seed), spec);
  }
}
