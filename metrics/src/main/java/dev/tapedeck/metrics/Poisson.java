package dev.tapedeck.metrics;

import dev.tapedeck.losses.Losses;

/**
 * The mean of the Poisson loss: {@code mean(prediction - label * log(prediction + 1e-7))}.
 *
 * <p>Labels have the shape of the predictions, {@code [n, ..]}. Keras counts a batch {@code [n]} as
 * one example, whatever n is; here each of its elements is an example.
 */
public final class Poisson extends PlainLossMetric<Poisson> {
  private Poisson(Arguments arguments) {
    super(arguments, Losses.poisson());
  }

  /** Makes a metric. */
  public Poisson() {
    this(new Arguments());
  }
}
