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
public final class BinaryAccuracy extends MeanMetric<BinaryAccuracy.Arguments, BinaryAccuracy> {
  /**
   * The arguments of a {@link BinaryAccuracy}.
   *
   * @param threshold number above which a prediction is for 1
   */
  public record Arguments(double threshold) {}

  private BinaryAccuracy(Arguments arguments) {
    super(arguments);
  }

  /** Makes a metric with a threshold of 0.5. */
  public BinaryAccuracy() {
    this(0.5);
  }

  /** Makes a metric. */
  public BinaryAccuracy(double threshold) {
    this(new Arguments(threshold));
  }

  /** Makes a metric of a name, with a threshold of 0.5. */
  public BinaryAccuracy(String name) {
    this();
    name(name);
  }

  @Override
  Tensor scores(Tensor labels, Tensor predictions) {
    Tensor p = Floats.of(predictions);
    Tensor right = labels.equal(Casting.cast(p.greater(arguments().threshold), labels.dtype()));
    return Logic.logicalAnd(right, p.equal(p)); // NaN is on neither side
  }
}
