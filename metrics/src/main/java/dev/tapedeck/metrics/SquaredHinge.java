package dev.tapedeck.metrics;

import dev.tapedeck.losses.Losses;

/**
 * The mean of {@code max(1 - label * prediction, 0)^2}, for labels of -1 and 1, or of 0 and 1,
 * which then stand for -1 and 1 if all labels of a batch are.
 *
 * <p>Labels have the shape of the predictions, {@code [n, ..]}. Keras counts a batch {@code [n]} as
 * one example, whatever n is; here each of its elements is an example.
 */
public final class SquaredHinge extends PlainLossMetric<SquaredHinge> {
  private SquaredHinge(Arguments arguments) {
    super(arguments, Losses.squaredHinge());
  }

  /** Makes a metric. */
  public SquaredHinge() {
    this(new Arguments());
  }
}
