package dev.tapedeck.metrics;

import dev.tapedeck.losses.Losses;

/**
 * The mean of the squared differences between labels and predictions: {@code mean((label -
 * prediction)^2)}.
 *
 * <p>Labels have the shape of the predictions, {@code [n, ..]}. Keras counts a batch {@code [n]} as
 * one example, whatever n is; here each of its elements is an example.
 */
public final class MeanSquaredError extends PlainLossMetric<MeanSquaredError> {
  private MeanSquaredError(Arguments arguments) {
    super(arguments, Losses.meanSquaredError());
  }

  /** Makes a metric. */
  public MeanSquaredError() {
    this(new Arguments());
  }

  /** Makes a metric of a name. */
  public MeanSquaredError(String name) {
    this();
    name(name);
  }
}
