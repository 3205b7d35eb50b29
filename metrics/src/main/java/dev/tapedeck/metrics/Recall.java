package dev.tapedeck.metrics;

import java.util.List;

/**
 * Recall, the fraction of positive labels whose prediction is positive: {@code true positives /
 * (true positives + false negatives)}; of none, 0.
 *
 * <p>A prediction is positive above a threshold, 0.5 by default, and 0 for logits; with {@code
 * topK}, if it is among the largest of its example, of which equal ones count from the first.
 * Labels have the shape of the predictions, and are positive if they are not 0. A prediction of NaN
 * is wrong, whatever the label.
 */
public final class Recall extends PrecisionOrRecall<Recall.Arguments, Recall> {
  /**
   * The arguments of a {@link Recall}.
   *
   * @param thresholds numbers within [0, 1] above which a prediction is positive; null for 0.5, or
   *     none with {@code topK}
   * @param topK number of the largest predictions of an example that may be positive; null for all
   * @param classId class that is counted, a position on the last axis; null for all
   */
  public record Arguments(List<Double> thresholds, Integer topK, Integer classId)
      implements PrecisionOrRecall.Arguments {
    /** Checks the arguments. */
    public Arguments {
      thresholds = checked("Recall", thresholds);
      check("Recall", topK, classId);
    }
  }

  private Recall(Arguments arguments) {
    super(arguments, Outcome.FALSE_NEGATIVES);
  }

  /** Makes a metric with a threshold of 0.5. */
  public Recall() {
    this(new Arguments(null, null, null));
  }
}
