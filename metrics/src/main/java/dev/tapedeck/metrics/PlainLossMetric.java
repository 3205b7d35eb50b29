package dev.tapedeck.metrics;

import dev.tapedeck.train.Loss;

/** Base of the metrics that are the mean of a loss without arguments. */
abstract class PlainLossMetric<M extends PlainLossMetric<M>>
    extends LossMetric<PlainLossMetric.Arguments, M> {
  private final Loss loss;

  /** The arguments: none. */
  public record Arguments() {}

  PlainLossMetric(Arguments arguments, Loss loss) {
    super(arguments);
    this.loss = loss;
  }

  @Override
  final Loss loss() {
    return loss;
  }
}
