package dev.tapedeck.layers;

import dev.tapedeck.ops.random.RandomGenerator;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.Tensor;

/**
 * Base of the layers that change their input at random in training, and return it unchanged
 * otherwise. Every call draws anew.
 *
 * @param <A> record of the arguments
 * @param <L> the layer itself
 */
abstract class RandomLayer<A extends Record, L extends RandomLayer<A, L>> extends BuiltIn<A, L> {
  private final RandomGenerator generator; // null for the process's generator

  /**
   * Makes a layer.
   *
   * @param seed seed of a generator of the layer's own; null for the process's generator
   */
  RandomLayer(A arguments, Long seed) {
    super(arguments);
    generator = seed == null ? null : RandomGenerator.of(seed);
  }

  /** Returns whether the arguments ask for a change. */
  abstract boolean changes();

  /** Returns the changed input. */
  abstract Tensor changed(Tensor x, RandomKey key);

  @Override
  protected final Tensor call(Tensor x, boolean training) {
    if (!training || !changes()) {
      return x;
    }
    return changed(x, generator == null ? RandomKey.next() : generator.next());
  }

  @Override
  protected final boolean supportsMasking() {
    return true;
  }

  /** Refuses a rate that is not in [0, 1). */
  static void checkRate(String who, double rate) {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException(
          who + ": the rate, the part that is set to 0, must be in [0, 1), received " + rate);
    }
  }
}
