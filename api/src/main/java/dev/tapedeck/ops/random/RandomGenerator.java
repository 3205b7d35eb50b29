package dev.tapedeck.ops.random;

import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tracking.Trackable;

/**
 * A generator of random keys from a seed; its position is kept in a variable, so that a checkpoint
 * can save it and it continues from there.
 *
 * <pre>{@code
 * RandomGenerator generator = RandomGenerator.of(42);
 * Tensor noise = Randoms.normal(generator.next(), DType.FLOAT32, 0, 1, 32, 100);
 * }</pre>
 */
public final class RandomGenerator implements Trackable {
  private static final RandomGenerator OF_PROCESS = of(0);

  private final Variable state;

  private RandomGenerator(long seed) {
    state = Variable.untrainable(new long[] {seed, 0}, "state");
  }

  /** Returns a generator that starts at the first key of a seed. */
  public static RandomGenerator of(long seed) {
    return new RandomGenerator(seed);
  }

  /**
   * Returns the process's generator, that of {@link RandomKey#next}, for checkpoints of its state.
   */
  public static RandomGenerator ofProcess() {
    return OF_PROCESS;
  }

  /** Restarts at the first key of a seed. */
  void reset(long seed) {
    synchronized (state) {
      state.assign(new long[] {seed, 0});
    }
  }

  /** Returns the seed and the number of the next key, int64; assigning to it sets the generator. */
  public Variable state() {
    return state;
  }

  /**
   * Returns the next key; while a function is traced, a symbolic one: each run of the graph gets
   * its own key.
   */
  public RandomKey next() {
    RandomKey key =
        Dispatch.executingEagerly()
            ? next(state)
            : RandomKey.of(new RandomKey.NextKey(state).applyTo());
    return key.ofPart();
  }

  /** Returns the key of a generator's state, and advances the state. */
  static RandomKey next(Variable state) {
    synchronized (state) {
      EagerTensor present = state.memory();
      RandomKey key = RandomKey.of(present);
      EagerTensor next = state.writing();
      next.elements().setAtIndex(Elements.LONG, 1, key.stream() + 1);
      return key;
    }
  }

  /** Returns the key that the next call of {@link #next} will return. */
  RandomKey peek() {
    synchronized (state) {
      return RandomKey.of(state.memory());
    }
  }
}
