package dev.tapedeck.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;

/**
 * Times of actions that tell how long they took, in nanoseconds: of many runs the fastest, which
 * other programs disturb least.
 */
final class Timing {
  private static final double SECONDS = 2;
  private static final double WARM_UP_SECONDS = 3;
  private static final int MOST_WARM_UPS = 6;

  private Timing() {}

  /** Returns the nanoseconds that an action takes. */
  static long nanos(Runnable action) {
    long start = System.nanoTime();
    action.run();
    return System.nanoTime() - start;
  }

  /** Returns the nanoseconds of processor time that an action of this thread alone takes. */
  static long processor(Runnable action) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long start = threads.getCurrentThreadCpuTime();
    action.run();
    return threads.getCurrentThreadCpuTime() - start;
  }

  /** Runs an action until it has become no faster for three times three seconds. */
  static void warmUp(LongSupplier action) {
    double best = Double.MAX_VALUE;
    int alike = 0;
    for (int i = 0; i < MOST_WARM_UPS && alike < 3; i++) {
      double time = fastest(action, WARM_UP_SECONDS);
      alike = time < 0.9 * best ? 0 : alike + 1;
      best = Math.min(best, time);
    }
  }

  /** Returns the time of an action in seconds. */
  static double best(LongSupplier action) {
    return fastest(action, SECONDS);
  }

  /** Returns the mean time of actions that threads of their own repeat at once. */
  static double best(List<LongSupplier> actions) {
    try (ExecutorService threads = Executors.newFixedThreadPool(actions.size())) {
      List<Future<Double>> times = new ArrayList<>();
      for (LongSupplier action : actions) {
        times.add(threads.submit(() -> fastest(action, SECONDS)));
      }
      double sum = 0;
      for (Future<Double> time : times) {
        sum += time.get();
      }
      return sum / actions.size();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private static double fastest(LongSupplier action, double seconds) {
    long end = System.nanoTime() + (long) (seconds * 1e9);
    long fastest = Long.MAX_VALUE;
    do {
      fastest = Math.min(fastest, action.getAsLong());
    } while (System.nanoTime() < end);
    return fastest / 1e9;
  }
}
