package dev.tapedeck.metrics;

import dev.tapedeck.train.Loss;

/** Metrics of one's own functions. */
public final class Metrics {
  private Metrics() {}

  /**
   * Returns the mean of a function of labels and predictions under a name: {@code Metrics.of("mae",
   * (y, p) -> y.sub(p).abs())}.
   *
   * @param fn function that returns a value for each example, {@code [n]}, or for places in each; a
   *     loss is one, too: {@code Losses.meanSquaredError()}
   */
  public static MeanMetricWrapper of(String name, Loss fn) {
    return new MeanMetricWrapper(fn).name(name);
  }
}
