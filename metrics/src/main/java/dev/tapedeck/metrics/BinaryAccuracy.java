package dev.tapedeck.metrics;

import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.tensor.Tensor;

/**
 * Binary accuracy, the fraction of predictions on the label's side of a threshold: {@code
 * mean(label == (prediction > threshold))}.
 *
 * <p>Labels are 0 and 1, or bools, in the shape of the predictions {@code [n, ..]}. For logits the
 * threshold is 0. A prediction of NaN is wrong.
 */
public final class BinaryAccuracy extends MeanMetric {
  private final double threshold;

  /** Makes a metric named {@code binary_accuracy}, with a threshold of 0.5. */
  public BinaryAccuracy() {
    this(0.5);
  }

  /** Makes a metric named {@code binary_accuracy}. */
  public BinaryAccuracy(double threshold) {
    this("binary_accuracy", threshold);
  }

  /** Makes a metric with a threshold of 0.5. */
  public BinaryAccuracy(String name) {
    this(name, 0.5);
  }

  /** Makes a metric. */
  public BinaryAccuracy(String name, double threshold) {
    super(name);
    this.threshold = threshold;
  }

  @Override
  Tensor scores(Tensor labels, Tensor predictions) {
    Tensor right = labels.equal(Casting.cast(predictions.greater(threshold), labels.dtype()));
    return Logic.logicalAnd(right, predictions.equal(predictions)); // NaN is on neither side
  }
}
