package dev.tapedeck.metrics;

import java.util.List;

/**
 * The number of predictions not above a threshold whose label is 0, or the sum of their weights.
 *
 * <p>Labels have the shape of the predictions, and are positive if they are not 0. For logits the
 * threshold is 0. A prediction of NaN is wrong, whatever the label.
 */
public final class TrueNegatives extends ConfusionCount<TrueNegatives.Arguments, TrueNegatives> {
  /**
   * The arguments of TrueNegatives.
   *
   * @param thresholds numbers within [0, 1] above which a prediction is positive; null for 0.5
   */
  public record Arguments(List<Double> thresholds) implements ConfusionCount.Arguments {
    /** Checks the arguments. */
    public Arguments {
      thresholds = checked("TrueNegatives", thresholds);
    }
  }

  private TrueNegatives(Arguments arguments) {
    super(arguments, Outcome.TRUE_NEGATIVES);
  }

  /** Makes a metric with a threshold of 0.5. */
  public TrueNegatives() {
    this(new Arguments(null));
  }
}
