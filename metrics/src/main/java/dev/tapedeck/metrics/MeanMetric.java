package dev.tapedeck.metrics;

import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.neural.LabelAdvice;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Metric;
import dev.tapedeck.train.SampleMasks;

/**
 * Base of the metrics that are the mean of a score of each example, computed from label and
 * prediction.
 *
 * @param <A> record of the arguments
 * @param <M> the metric itself
 */
abstract class MeanMetric<A extends Record, M extends MeanMetric<A, M>> extends RunningMean<A, M>
    implements Metric {
  MeanMetric(A arguments) {
    super(arguments);
  }

  @Override
  public final void update(Tensor labels, Tensor predictions, Tensor weights) {
    if (!labels.shape().equals(labelsFor(predictions.shape()))) {
      throw new IllegalArgumentException(
          getClass().getSimpleName()
              + ": predictions "
              + predictions.shape()
              + " need labels "
              + labelsFor(predictions.shape())
              + ", received "
              + labels.shape()
              + "; they are not broadcast: "
              + remedy(labels.shape(), predictions.shape()));
    }
    add(scores(labels, predictions), SampleMasks.weights(weights, predictions.mask()));
  }

  /** Returns the shape that labels must have; by default that of the predictions. */
  Shape labelsFor(Shape predictions) {
    return predictions;
  }

  /** Returns the advice of the error message for labels of another shape. */
  String remedy(Shape labels, Shape predictions) {
    return LabelAdvice.alike(labels, predictions, null);
  }

  /** Returns the scores of examples, {@code [n, ..]} or a scalar, of any element type. */
  abstract Tensor scores(Tensor labels, Tensor predictions);

  /** Returns where answers are right and none of the numbers they were chosen from is NaN. */
  static Tensor rightAmong(Tensor right, Tensor... choices) {
    Tensor all = right;
    for (Tensor choice : choices) {
      if (choice.dtype().isFloating()) {
        Tensor largest = Reductions.max(choice, -1); // NaN if there is one
        all = Logic.logicalAnd(all, largest.equal(largest));
      }
    }
    return all;
  }
}
