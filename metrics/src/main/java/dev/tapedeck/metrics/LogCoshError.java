package dev.tapedeck.metrics;

import dev.tapedeck.losses.Losses;

/**
 * The mean of {@code log(cosh(prediction - label))}: about half the square of small differences,
 * and the absolute value of large ones.
 *
 * <p>Labels have the shape of the predictions, {@code [n, ..]}. Keras counts a batch {@code [n]} as
 * one example, whatever n is; here each of its elements is an example.
 */
public final class LogCoshError extends PlainLossMetric<LogCoshError> {
  private LogCoshError(Arguments arguments) {
    super(arguments, Losses.logCosh());
    name("logcosh");
  }

  /** Makes a metric. */
  public LogCoshError() {
    this(new Arguments());
  }
}
