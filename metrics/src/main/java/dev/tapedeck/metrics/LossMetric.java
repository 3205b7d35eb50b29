package dev.tapedeck.metrics;

import dev.tapedeck.tensor.Refusal;
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

  static void checkSmoothing(String who, double labelSmoothing) {
    if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
      throw Refusal.of(
          who,
          "labelSmoothing must be within [0, 1]",
          labelSmoothing,
          "give the share of the label that all classes get");
    }
  }

  @Override
  Tensor scores(Tensor labels, Tensor predictions) {
    Tensor values = loss().perExample(labels, Floats.of(predictions));
    if (values.shape().isScalar() && predictions.shape().rank() == 1) {
      throw Refusal.of(
          getClass().getSimpleName(),
          "needs predictions [n, ..], a vector for each example",
          predictions.shape(),
          "give labels and predictions the axis of the batch");
    }
    return values;
  }
}
