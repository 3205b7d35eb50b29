package dev.tapedeck.metrics;

import java.util.List;

/**
 * The number of predictions above a threshold whose label is 0, or the sum of their weights.
 *
 * <p>Labels have the shape of the predictions, and are positive if they are not 0. For logits the
 * threshold is 0. A prediction of NaN is wrong, whatever the label.
 */
public final class FalsePositives extends ConfusionCount<FalsePositives.Arguments, FalsePositives> {
  /**
   * The arguments of FalsePositives.
   *
   * @param thresholds numbers within [0, 1] above which a prediction is positive; null for 0.5
   */
  public record Arguments(List<Double> thresholds) implements ConfusionCount.Arguments {
    /** Checks the arguments. */
    public Arguments {
      thresholds = checked("FalsePositives", thresholds);
    }
  }

  private FalsePositives(Arguments arguments) {
    super(arguments, Outcome.FALSE_POSITIVES);
  }

  /** Makes a metric with a threshold of 0.5. */
  public FalsePositives() {
    this(new Arguments(null));
  }
}
