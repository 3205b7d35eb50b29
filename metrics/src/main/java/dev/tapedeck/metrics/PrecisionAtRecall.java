package dev.tapedeck.metrics;

import dev.tapedeck.tensor.Tensor;

/**
 * The best precision at a recall of at least a given one, over evenly spaced thresholds; if there
 * is none, 0.
 *
 * <p>Of predictions within [0, 1] that are positive above a threshold, precision is {@code true
 * positives / (true positives + false positives)}, recall {@code true positives / (true positives +
 * false negatives)}. Labels have the shape of the predictions, and are positive if they are not 0.
 * A prediction of NaN is wrong, whatever the label.
 */
public final class PrecisionAtRecall
    extends ValueAtConstraint<PrecisionAtRecall.Arguments, PrecisionAtRecall> {
  /**
   * The arguments of a {@link PrecisionAtRecall}.
   *
   * @param recall least recall, within [0, 1]
   * @param numThresholds number of thresholds from 0 to 1
   * @param classId class that is counted, a position on the last axis; null for all
   */
  public record Arguments(double recall, int numThresholds, Integer classId)
      implements ValueAtConstraint.Arguments {
    /** Checks the arguments. */
    public Arguments {
      check("PrecisionAtRecall", "recall", recall, numThresholds, classId);
    }
  }

  private PrecisionAtRecall(Arguments arguments) {
    super(arguments);
  }

  /** Makes a metric with 200 thresholds. */
  public PrecisionAtRecall(double recall) {
    this(new Arguments(recall, 200, null));
  }

  @Override
  Tensor value() {
    return best(precisions(), recalls(), arguments().recall);
  }
}
