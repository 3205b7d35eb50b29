package dev.tapedeck.metrics;

import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.SampleMasks;

/**
 * Base of the metrics that are the mean of a score of each example, computed from label and
 * prediction.
 *
 * @param <A> record of the arguments
 * @param <M> the metric itself
 */
abstract class MeanMetric<A extends Record, M extends MeanMetric<A, M>> extends LabelMetric<A, M> {
  private RunningMean mean;

  MeanMetric(A arguments) {
    super(arguments);
  }

  @Override
  final void build(long outputs) {
    mean = new RunningMean(this);
  }

  @Override
  Tensor value() {
    return mean.value();
  }

  @Override
  final void add(Tensor labels, Tensor predictions, Tensor weights) {
    Tensor scores = scores(labels, predictions);
    mean.add(scores, SampleMasks.weights(weights, scores.mask()));
  }

  /**
   * Returns the scores of examples, {@code [n, ..]} or a scalar, of any element type; those that a
   * mask of theirs leaves out do not count.
   */
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
