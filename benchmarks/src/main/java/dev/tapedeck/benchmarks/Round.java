package dev.tapedeck.benchmarks;

/**
 * Microseconds of a step in a round of many.
 *
 * @param p99 what 99 of 100 steps took at most
 */
record Round(double mean, double median, double p99) {
  /** No answer. */
  static final Round NONE = new Round(Double.NaN, Double.NaN, Double.NaN);

  /** Returns each figure in the better of two rounds. */
  Round best(Round other) {
    return new Round(
        Math.min(mean, other.mean), Math.min(median, other.median), Math.min(p99, other.p99));
  }
}
