package dev.tapedeck.metrics;

import java.util.List;

/**
 * The number of predictions above a threshold whose label is positive, or the sum of their weights.
 *
 * <p>Labels have the shape of the predictions, and are positive if they are not 0. For logits the
 * threshold is 0. A prediction of NaN is wrong, whatever the label.
 */
public final class TruePositives extends ConfusionCount<TruePositives.Arguments, TruePositives> {
  /**
   * The arguments of TruePositives.
   *
   * @param thresholds numbers within [0, 1] above which a prediction is positive; null for 0.5
   */
  public record Arguments(List<Double> thresholds) implements ConfusionCount.Arguments {
    /** Checks the arguments. */
    public Arguments {
      thresholds = checked("TruePositives", thresholds);
    }
  }

  private TruePositives(Arguments arguments) {
    super(arguments, Outcome.TRUE_POSITIVES);
  }

  /** Makes a metric with a threshold of 0.5. */
  public TruePositives() {
    this(new Arguments(null));
  }
}
