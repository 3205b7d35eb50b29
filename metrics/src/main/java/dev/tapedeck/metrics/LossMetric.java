package dev.tapedeck.metrics;

import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Loss;

/**
 * Base of the metrics that are the mean of a loss. In a graph that computes the loss, too, its
 * values are shared.
 *
 * @param <A> record of the arguments
 * @param <M> the metric itself
 */
abstract class LossMetric<A extends Record, M extends LossMetric<A, M>> extends MeanMetric<A, M> {
  LossMetric(A arguments) {
    super(arguments);
  }

  /** Returns the loss of the arguments. */
  abstract Loss loss();

  @Override
  Tensor scores(Tensor labels, Tensor predictions) {
    return loss().perExample(labels, Floats.of(predictions));
  }
}
