package dev.tapedeck.metrics;

import dev.tapedeck.losses.Losses;

/**
 * The mean of the distances of the right class's score from a margin above the best wrong one:
 * {@code max(max((1 - label) * prediction) - sum(label * prediction) + 1, 0)} over the last axis,
 * for one-hot labels.
 *
 * <p>Labels have the shape of the predictions, {@code [n, .., size]}, with at least two axes.
 */
public final class CategoricalHinge extends PlainLossMetric<CategoricalHinge> {
  private CategoricalHinge(Arguments arguments) {
    super(arguments, Losses.categoricalHinge());
  }

  /** Makes a metric. */
  public CategoricalHinge() {
    this(new Arguments());
  }
}
