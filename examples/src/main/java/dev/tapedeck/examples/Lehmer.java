package dev.tapedeck.examples;

/**
 * Random whole numbers that are the same in Python: see {@code lehmer.py}.
 *
 * <p>S. Park and K. Miller, "Random Number Generators: Good Ones Are Hard to Find", 1988.
 */
final class Lehmer {
  private long state;

  Lehmer(int seed) {
    state = seed + 1L;
  }

  /** Returns the next number of {@code [0, bound)}. */
  int below(int bound) {
    state = state * 16807 % 2147483647;
    return (int) (state % bound);
  }
}
