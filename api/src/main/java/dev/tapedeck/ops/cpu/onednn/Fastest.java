package dev.tapedeck.ops.cpu.onednn;

import dev.tapedeck.tensor.EagerTensor;
import java.util.List;
import java.util.function.Supplier;

/** Chooses among plans for the same work by running each a few times. */
final class Fastest {
  /** How much faster than the one before it a plan must be, so that noise does not choose. */
  private static final double MARGIN = 1.15;

  private static final int RUNS = 4;
  private static final long LONGEST_NANOS = 5_000_000;

  private Fastest() {}

  /**
   * Returns the fastest plan, and closes the others.
   *
   * @param tensors the call's; what is written is written again and again
   * @throws Library.RefusedException if oneDNN serves none
   */
  static Plan of(List<Supplier<Plan>> candidates, Workspace workspace, EagerTensor... tensors) {
    Plan fastest = null;
    long least = Long.MAX_VALUE;
    Library.RefusedException refusal = null;
    for (Supplier<Plan> candidate : candidates) {
      Plan plan;
      try {
        plan = candidate.get();
      } catch (Library.RefusedException e) {
        refusal = e;
        continue;
      }
      long time = candidates.size() == 1 ? 0 : time(plan, workspace, tensors);
      if (fastest == null || time * MARGIN < least) {
        close(fastest);
        fastest = plan;
        least = time;
      } else {
        plan.close();
      }
    }
    if (fastest == null) {
      throw refusal;
    }
    return fastest;
  }

  private static void close(Plan plan) {
    if (plan != null) {
      plan.close();
    }
  }

  /** Returns the shortest of a few runs, the first of which does not count unless it is long. */
  private static long time(Plan plan, Workspace workspace, EagerTensor... tensors) {
    long shortest = Long.MAX_VALUE;
    long all = 0;
    for (int i = 0; i <= RUNS && all < LONGEST_NANOS; i++) {
      long start = System.nanoTime();
      plan.run(workspace, tensors);
      long time = System.nanoTime() - start;
      all += time;
      shortest = Math.min(shortest, time);
    }
    return shortest;
  }
}
