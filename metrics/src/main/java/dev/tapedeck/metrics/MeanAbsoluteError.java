package dev.tapedeck.metrics;

import dev.tapedeck.losses.Losses;

/**
 * The mean of the absolute differences between labels and predictions: {@code mean(|label -
 * prediction|)}.
 *
 * <p>Labels have the shape of the predictions, {@code [n, ..]}. Keras counts a batch {@code [n]} as
 * one example, whatever n is; here each of its elements is an example.
 */
public final class MeanAbsoluteError extends PlainLossMetric<MeanAbsoluteError> {
  private MeanAbsoluteError(Arguments arguments) {
    super(arguments, Losses.meanAbsoluteError());
  }

  /** Makes a metric. */
  public MeanAbsoluteError() {
    this(new Arguments());
  }
}
