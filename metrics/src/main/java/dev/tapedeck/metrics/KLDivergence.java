package dev.tapedeck.metrics;

import dev.tapedeck.losses.Losses;

/**
 * The mean of the Kullback-Leibler divergence of distributions: {@code sum(label * log(label /
 * prediction))} over the last axis, where numbers below 1e-7 count as 1e-7, and those above 1 as 1.
 *
 * <p>Labels have the shape of the predictions, {@code [n, .., size]}, with at least two axes.
 */
public final class KLDivergence extends PlainLossMetric<KLDivergence> {
  private KLDivergence(Arguments arguments) {
    super(arguments, Losses.klDivergence());
  }

  /** Makes a metric. */
  public KLDivergence() {
    this(new Arguments());
  }
}
