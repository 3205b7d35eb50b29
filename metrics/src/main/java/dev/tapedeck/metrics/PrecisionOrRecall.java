package dev.tapedeck.metrics;

import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * Base of precision and recall, the fraction of true positives among positive predictions or among
 * positive labels.
 *
 * @param <A> record of the arguments
 * @param <M> the metric itself
 */
abstract class PrecisionOrRecall<
        A extends Record & PrecisionOrRecall.Arguments, M extends PrecisionOrRecall<A, M>>
    extends ThresholdMetric<A, M> {
  private final Outcome missed;

  /** Arguments of both. */
  interface Arguments extends ThresholdMetric.Arguments {
    /** Returns the thresholds; null for 0.5, or for none with {@link #topK}. */
    List<Double> thresholds();
  }

  /**
   * Makes a metric.
   *
   * @param missed what there is beside true positives
   */
  PrecisionOrRecall(A arguments, Outcome missed) {
    super(arguments);
    this.missed = missed;
  }

  static void check(String who, Integer topK, Integer classId) {
    if (topK != null && topK < 1) {
      throw Refusal.of(who, "topK must be 1 or more", topK, "leave it out for all predictions");
    }
    checkClass(who, classId);
  }

  /**
   * Sets the numbers above which a prediction is positive; by default 0.5, or none with {@link
   * #topK}. With several, the result is a vector.
   */
  public final M thresholds(double... given) {
    return with("thresholds", Arrays.stream(given).boxed().toList());
  }

  /** Sets how many of the largest predictions of an example may be positive; by default all. */
  public final M topK(int given) {
    return with("topK", given);
  }

  /** Sets the class that is counted, a position on the last axis; by default all are. */
  public final M classId(int given) {
    return with("classId", given);
  }

  @Override
  final List<Double> cutoffs() {
    List<Double> given = arguments().thresholds();
    return given != null
        ? given
        : List.of(arguments().topK() == null ? 0.5 : Double.NEGATIVE_INFINITY);
  }

  @Override
  final List<Outcome> counted() {
    return List.of(Outcome.TRUE_POSITIVES, missed);
  }

  @Override
  final Tensor value() {
    Tensor right = count(Outcome.TRUE_POSITIVES);
    return atThresholds(Maths.divNoNan(right, right.add(count(missed))));
  }
}
