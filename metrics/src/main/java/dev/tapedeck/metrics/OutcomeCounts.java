package dev.tapedeck.metrics;

import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.array.Cumulative;
import dev.tapedeck.ops.array.Segments;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.Tensor;

/** Weighted counts of the outcomes of a batch at thresholds: positive is what is above one. */
interface OutcomeCounts {
  /** Returns the weighted count of an outcome at each threshold, float64. */
  Tensor of(Outcome outcome);

  /** Returns the counts at one threshold, {@code [1]}. */
  static OutcomeCounts at(double threshold, Tensor labels, Tensor scores, Tensor weights) {
    Tensor positive = scores.greater(threshold);
    Tensor each = weights == null ? Tensor.ones(DType.FLOAT64) : weights;
    return outcome -> {
      Tensor label = outcome.label() ? labels : Logic.logicalNot(labels);
      Tensor prediction = outcome.prediction() ? positive : Logic.logicalNot(positive);
      return Logic.where(Logic.logicalAnd(label, prediction), each, 0).sum().reshape(1);
    };
  }

  /**
   * Returns the counts at several thresholds, {@code [thresholds]}, or {@code [thresholds,
   * outputs]} if they are by output.
   *
   * <p>Each score is counted once, in the bucket of how many thresholds it is above; sums over the
   * buckets from each threshold on are the counts. So memory does not grow with thresholds times
   * scores.
   */
  static OutcomeCounts at(
      Thresholds thresholds, Tensor labels, Tensor scores, Tensor weights, boolean byOutput) {
    int buckets = thresholds.count() + 1;
    int outputs = byOutput ? (int) scores.shape().size(-1) : 1;
    Tensor below = thresholds.below(scores);
    Tensor bucket = Logic.where(labels, below.add(buckets), below);
    Tensor ids = byOutput ? bucket.mul(outputs).add(Creation.range(outputs)) : bucket;
    Tensor ones = Creation.onesLike(Casting.cast(scores, DType.FLOAT64));
    Tensor each = weights == null ? ones : ones.mul(weights);
    Tensor sums = Segments.unsortedSegmentSum(each, ids, 2L * buckets * outputs);
    Tensor shaped = byOutput ? sums.reshape(2, buckets, outputs) : sums.reshape(2, buckets);
    Tensor atLeast = Cumulative.cumsum(shaped, 1, false, true);
    return outcome -> {
      Tensor ofLabel = atLeast.get(outcome.label() ? 1 : 0);
      Tensor positive = ofLabel.get(Index.from(1));
      Tensor count = outcome.prediction() ? positive : ofLabel.get(Index.range(0, 1)).sub(positive);
      return thresholds.inOrder(count);
    };
  }
}
