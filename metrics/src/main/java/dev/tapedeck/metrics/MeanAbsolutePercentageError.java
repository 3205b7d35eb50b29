package dev.tapedeck.metrics;

import dev.tapedeck.losses.Losses;

/**
 * The mean of the absolute differences in percent of the labels: {@code mean(100 |label -
 * prediction| / max(|label|, 1e-7))}.
 *
 * <p>Labels have the shape of the predictions, {@code [n, ..]}. Keras counts a batch {@code [n]} as
 * one example, whatever n is; here each of its elements is an example.
 */
public final class MeanAbsolutePercentageError
    extends PlainLossMetric<MeanAbsolutePercentageError> {
  private MeanAbsolutePercentageError(Arguments arguments) {
    super(arguments, Losses.meanAbsolutePercentageError());
  }

  /** Makes a metric. */
  public MeanAbsolutePercentageError() {
    this(new Arguments());
  }
}
