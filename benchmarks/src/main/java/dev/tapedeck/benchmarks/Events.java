package dev.tapedeck.benchmarks;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;

/**
 * A simulation of discrete events: actions at times, in seconds, and servers that are waited for.
 */
final class Events {
  private record Event(double time, long number, Runnable action) {}

  private final PriorityQueue<Event> queue =
      new PriorityQueue<>(Comparator.comparingDouble(Event::time).thenComparingLong(Event::number));
  private long count;
  private double now;

  /** Has an action done after a delay. */
  void after(double delay, Runnable action) {
    queue.add(new Event(now + delay, count++, action));
  }

  /** Does all actions, also those that they ask for, and returns the time of the last one. */
  double run() {
    while (!queue.isEmpty()) {
      Event event = queue.remove();
      now = event.time;
      event.action.run();
    }
    return now;
  }

  /** Returns servers of one queue. */
  Servers servers(int number) {
    return new Servers(number);
  }

  /** Servers of one queue, such as the cores of a machine; each serves one job at a time. */
  final class Servers {
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private int free;
    private double busy;

    private Servers(int number) {
      free = number;
    }

    /** Returns the time that they have served, all together. */
    double busy() {
      return busy;
    }

    /** Has a job of a duration served. */
    void serve(double duration, Runnable done) {
      serve(duration, () -> {}, done);
    }

    /** Has a job served, and tells its begin, too. */
    void serve(double duration, Runnable begun, Runnable done) {
      waiting.add(
          () -> {
            busy += duration;
            begun.run();
            after(
                duration,
                () -> {
                  free++;
                  done.run();
                  next();
                });
          });
      next();
    }

    private void next() {
      if (free > 0 && !waiting.isEmpty()) {
        free--;
        waiting.remove().run();
      }
    }
  }

  /** Returns an action that has to be done so often until another is done. */
  static Runnable countdown(int times, Runnable action) {
    int[] left = {times};
    return () -> {
      left[0]--;
      if (left[0] == 0) {
        action.run();
      }
    };
  }
}
