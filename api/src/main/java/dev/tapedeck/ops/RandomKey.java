package dev.tapedeck.ops;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * What a random draw depends on, and the only thing: the same key gives the same numbers, in any
 * process and on any number of threads.
 *
 * <p>{@link #next()} deals the keys of the process's seed, which {@link #seed} sets; layers and
 * shuffles use it where they are given no seed of their own.
 *
 * @param seed the Philox key
 * @param stream the draw's number
 */
public record RandomKey(long seed, long stream) {
  private static final AtomicLong ASIDE = new AtomicLong();
  private static final ThreadLocal<AtomicReference<RandomKey>> DEALER = new ThreadLocal<>();

  /** Returns the first key of a seed. */
  public static RandomKey of(long seed) {
    return new RandomKey(seed, 0);
  }

  /** Sets the process's seed, 0 at the start: what is drawn from now on repeats from here. */
  public static void seed(long seed) {
    RandomGenerator.ofProcess().reset(seed);
    ASIDE.set(0);
  }

  /** Returns a key of the process's seed that nobody else gets. */
  public static RandomKey next() {
    AtomicReference<RandomKey> own = DEALER.get();
    return own == null
        ? RandomGenerator.ofProcess().next()
        : own.getAndUpdate(key -> new RandomKey(key.seed, key.stream + 1));
  }

  /**
   * Runs an action for which {@link #next} on this thread deals keys determined by one: the same
   * draws whenever it is run.
   */
  public static <T> T dealtFrom(RandomKey key, Supplier<T> action) {
    AtomicReference<RandomKey> outer = DEALER.get();
    DEALER.set(new AtomicReference<>(of(key.fold(0).seed)));
    try {
      return action.get();
    } finally {
      DEALER.set(outer);
    }
  }

  /**
   * Runs an action for which {@link #next} on this thread deals keys that depend on the process's
   * seed and do not count: what is drawn afterwards is what would have been drawn without it.
   */
  public static void aside(Runnable action) {
    RandomKey key = RandomGenerator.ofProcess().peek().fold(ASIDE.getAndIncrement());
    dealtFrom(
        key,
        () -> {
          action.run();
          return null;
        });
  }

  /** Returns another key, determined by this one and a number. */
  public RandomKey fold(long number) {
    int[] words = {(int) number, (int) (number >>> 32), (int) stream, (int) (stream >>> 32)};
    Philox.block(words, seed ^ 0x5DEECE66DL);
    return new RandomKey(pair(words[0], words[1]), pair(words[2], words[3]));
  }

  /** Returns a whole number in {@code [0, bound)}, the {@code index}-th of this key's. */
  public int number(long index, int bound) {
    int[] words = words(index);
    return (int) Math.unsignedMultiplyHigh(pair(words[0], words[1]), bound);
  }

  /** Returns the four random words at an index of this key's stream. */
  int[] words(long index) {
    int[] words = {(int) index, (int) (index >>> 32), (int) stream, (int) (stream >>> 32)};
    Philox.block(words, seed);
    return words;
  }

  private static long pair(int low, int high) {
    return (long) high << 32 | (low & 0xffffffffL);
  }
}
