package dev.tapedeck.distributed;

import dev.tapedeck.tensor.Loggers;
import java.util.Arrays;
import org.slf4j.Logger;

/** A watch over the workers' times, which warns once of a worker for which the others wait. */
final class SlowWorkers {
  private static final Logger LOG = Loggers.of(Coordinator.class);

  /** The steps that are looked at together. */
  private static final int STEPS = 50;

  private final Link[] workers;
  private final long[] nanos;
  private int steps;
  private boolean warned;

  SlowWorkers(Link... workers) {
    this.workers = workers;
    nanos = new long[workers.length];
  }

  /** Adds the times of a step. */
  void add(long... ofStep) {
    for (int i = 0; i < nanos.length; i++) {
      nanos[i] += ofStep[i];
    }
    steps++;
    if (steps == STEPS) {
      warn();
      steps = 0;
      Arrays.fill(nanos, 0);
    }
  }

  private void warn() {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    long median = sorted[(sorted.length - 1) / 2];
    for (int i = 0; i < nanos.length && !warned; i++) {
      if (nanos[i] > 2 * median) {
        warned = true;
        LOG.warn(
            "distributed training: {} computes for {} ms a step, where the median is {}; the others"
                + " wait for it",
            workers[i].peer(),
            millis(nanos[i]),
            millis(median));
      }
    }
  }

  private static double millis(long nanos) {
    return Math.round(nanos / 1e5 / STEPS) / 10.0;
  }
}
