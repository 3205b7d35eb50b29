package dev.tapedeck.ops.cpu.onednn;

import dev.tapedeck.tensor.EagerTensor;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses among ways to do the same work by running each a few times. */
final class Fastest {
  private static final Logger LOG = LoggerFactory.getLogger(OneDnn.class);
  private static final int RUNS = 4;
  private static final long LONGEST_NANOS = 5_000_000;
  private static final double TOLERANCE = 1e-3;

  private Fastest() {}

  /**
   * A way to do the work.
   *
   * @param handicap what its time is multiplied by, so that noise alone does not choose it
   */
  record Candidate<W>(W way, double handicap, Supplier<Plan> prepare) {}

  /**
   * Returns the fastest way. The first that oneDNN serves is believed: one with other results is
   * not taken, since there are shapes that oneDNN 3.11 gets wrong.
   *
   * @param written which of the tensors the plans write, again and again
   * @throws Library.RefusedException if oneDNN serves none
   */
  static <W> W of(
      List<Candidate<W>> candidates, Workspace workspace, int written, EagerTensor... tensors) {
    W fastest = null;
    float[] believed = null;
    double least = Double.POSITIVE_INFINITY;
    Library.RefusedException refusal = null;
    for (Candidate<W> candidate : candidates) {
      try (Plan plan = candidate.prepare.get()) {
        double time = candidate.handicap * time(plan, workspace, tensors);
        float[] result = tensors[written].toFloatArray();
        believed = believed == null ? result : believed;
        if (time < least && agree(believed, result)) {
          fastest = candidate.way;
          least = time;
        }
      } catch (Library.RefusedException e) {
        refusal = e;
      }
    }
    if (fastest == null) {
      throw refusal;
    }
    return fastest;
  }

  /** Returns the shortest of a few runs, or the first one if it is long. */
  private static long time(Plan plan, Workspace workspace, EagerTensor... tensors) {
    long shortest = Long.MAX_VALUE;
    long all = 0;
    for (int i = 0; i < RUNS && all < LONGEST_NANOS; i++) {
      long start = System.nanoTime();
      plan.run(workspace, tensors);
      long time = System.nanoTime() - start;
      all += time;
      shortest = Math.min(shortest, time);
    }
    return shortest;
  }

  /**
   * Returns whether results differ by no more than rounding does; NaN and infinities prove none.
   */
  private static boolean agree(float[] believed, float[] result) {
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < result.length; i++) {
      largest = Math.max(largest, Math.abs(believed[i]));
      difference = Math.max(difference, Math.abs((double) believed[i] - result[i]));
    }
    boolean agree = !(difference > TOLERANCE * largest);
    if (!agree) {
      LOG.debug("ways to convolve differ by {} of {}", difference, largest);
    }
    return agree;
  }
}
