package dev.tapedeck.metrics;

import dev.tapedeck.losses.Losses;

/**
 * The mean of the squared differences of logarithms: {@code mean((log(label + 1) - log(prediction +
 * 1))^2)}, where numbers below 1e-7 count as 1e-7.
 *
 * <p>Labels have the shape of the predictions, {@code [n, ..]}. Keras counts a batch {@code [n]} as
 * one example, whatever n is; here each of its elements is an example.
 */
public final class MeanSquaredLogarithmicError
    extends PlainLossMetric<MeanSquaredLogarithmicError> {
  private MeanSquaredLogarithmicError(Arguments arguments) {
    super(arguments, Losses.meanSquaredLogarithmicError());
  }

  /** Makes a metric. */
  public MeanSquaredLogarithmicError() {
    this(new Arguments());
  }
}
