package dev.tapedeck.train;

import dev.tapedeck.tensor.Loggers;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The share of its time that a training waits for data, with a warning, once a run, after the first
 * epoch in which it was above a tenth.
 *
 * <p>An epoch counts from its second step on, since functions are compiled and buffers filled
 * before, and if it takes a second.
 */
final class DataWait {
  private static final double LARGE = 0.1;
  private static final long LEAST_NANOS = 1_000_000_000;

  private final LongSupplier clock;
  private boolean reported;
  private boolean stepped;
  private long begun;
  private long waited;

  /**
   * Makes a measure.
   *
   * @param clock nanoseconds
   */
  DataWait(LongSupplier clock) {
    this.clock = clock;
  }

  void beginEpoch() {
    stepped = false;
  }

  void endStep() {
    if (!stepped) {
      stepped = true;
      begun = clock.getAsLong();
      waited = 0;
    }
  }

  /** Returns what the data gives, and counts the time. */
  <T> T during(Supplier<T> data) {
    long start = clock.getAsLong();
    try {
      return data.get();
    } finally {
      waited += clock.getAsLong() - start;
    }
  }

  /** Ends an epoch's steps, and returns the share of the time that they waited. */
  double endSteps() {
    long time = stepped ? clock.getAsLong() - begun : 0;
    return time < LEAST_NANOS ? 0 : (double) waited / time;
  }

  /** Warns of a large share. */
  void report(int epoch, double share) {
    if (share > LARGE && !reported) {
      reported = true;
      Loggers.of(Model.class)
          .warn(
              "fit: epoch {} waited for data in {} % of its time; make batches while the model"
                  + " trains, by a Pipeline that ends in prefetch(2), map with several threads, or"
                  + " cache what is the same in each epoch",
              epoch + 1, String.format(Locale.ROOT, "%.0f", 100 * share));
    }
  }
}
