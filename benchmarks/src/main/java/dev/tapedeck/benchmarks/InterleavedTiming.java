package dev.tapedeck.benchmarks;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** Interleaved timing: several ways to do the same task take turns, round by round. */
final class InterleavedTiming {
  /** Number of threads of each process. */
  static final int THREADS = 2;

  static final int ROUNDS = 5;
  static final double ROUND_SECONDS = 0.5;

  private InterleavedTiming() {}

  /**
   * Times of a process; NaN if it could not do the task.
   *
   * @param best times of a step in the best rounds
   * @param first time of the first run, a step or an epoch of {@code fit}, in milliseconds
   * @param warmUp time until it was nearly as fast as it ever got, in milliseconds
   */
  record Times(Round best, double first, double warmUp) {
    /** Returns the mean time of a step in the best round, in microseconds. */
    double step() {
      return best.mean();
    }
  }

  /**
   * Starts a process for each way, one after the other; each warms up and waits for its turns. In a
   * round each way runs for half a second.
   */
  static Map<Way, Times> take(Task task, Collection<Way> ways, int threads, int rounds) {
    Map<Way, Worker> workers = new LinkedHashMap<>();
    Map<Way, Round> best = new LinkedHashMap<>();
    Map<Way, Times> times = new LinkedHashMap<>();
    try {
      for (Way way : ways) {
        workers.put(way, Worker.start(way, task, threads));
      }
      Machine.noteOthers();
      for (int i = 0; i < rounds; i++) {
        workers.forEach((way, worker) -> best.merge(way, worker.round(ROUND_SECONDS), Round::best));
      }
      workers.forEach((way, worker) -> times.put(way, worker.times(best.get(way))));
    } finally {
      workers.values().forEach(Worker::close);
    }
    System.err.println(task.text() + " " + best);
    return times;
  }
}
