package dev.tapedeck.benchmarks;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** Ways to do the same work, timed in turn. */
final class Turns {
  /** How many threads each has. */
  static final int THREADS = 2;

  static final int ROUNDS = 5;
  static final double ROUND_SECONDS = 0.5;

  private Turns() {}

  /**
   * What a process took; NaN if it could not do the work.
   *
   * @param step the mean microseconds a step in the best round
   * @param first the milliseconds of the first run: a step, or an epoch of {@code fit}
   * @param warmUp the milliseconds until it was nearly as quick as it ever got
   */
  record Times(double step, double first, double warmUp) {}

  /**
   * Starts a process for each way, one after the other; each warms up, and then waits for its
   * turns. A round is half a second of each.
   */
  static Map<Way, Times> take(Task task, Collection<Way> ways, int threads, int rounds) {
    Map<Way, Worker> workers = new LinkedHashMap<>();
    Map<Way, Double> best = new LinkedHashMap<>();
    Map<Way, Times> times = new LinkedHashMap<>();
    try {
      for (Way way : ways) {
        workers.put(way, Worker.start(way, task, threads));
      }
      Machine.noteOthers();
      for (int i = 0; i < rounds; i++) {
        workers.forEach((way, worker) -> best.merge(way, worker.round(ROUND_SECONDS), Math::min));
      }
      workers.forEach((way, worker) -> times.put(way, worker.times(best.get(way))));
    } finally {
      workers.values().forEach(Worker::close);
    }
    System.err.println(task.text() + " " + best);
    return times;
  }
}
