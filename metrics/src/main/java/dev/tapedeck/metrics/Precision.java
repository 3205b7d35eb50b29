package dev.tapedeck.metrics;

import java.util.List;

/**
 * Precision, the fraction of positive predictions whose label is positive: {@code true positives /
 * (true positives + false positives)}; of none, 0.
 *
 * <p>A prediction is positive above a threshold, 0.5 by default, and 0 for logits; with {@code
 * topK}, if it is among the largest of its example, of which equal ones count from the first.
 * Labels have the shape of the predictions, and are positive if they are not 0. A prediction of NaN
 * is wrong, whatever the label.
 */
public final class Precision extends PrecisionOrRecall<Precision.Arguments, Precision> {
  /**
   * The arguments of a {@link Precision}.
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
      thresholds = checked("Precision", thresholds);
      check("Precision", topK, classId);
    }
  }

  private Precision(Arguments arguments) {
    super(arguments, Outcome.FALSE_POSITIVES);
  }

  /** Makes a metric with a threshold of 0.5. */
  public Precision() {
    this(new Arguments(null, null, null));
  }
}
