package dev.tapedeck.metrics;

import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.neural.LabelAdvice;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;

/**
 * Sparse categorical accuracy, the fraction of examples whose largest prediction is at the label:
 * {@code mean(label == argmax(prediction))}.
 *
 * <p>Labels {@code [n, ..]} are classes, whole numbers of any type, and predictions {@code [n, ..,
 * classes]} are probabilities or logits; of equal largest ones the first counts, and an example
 * with NaN is wrong. Keras also takes labels {@code [n, 1]}.
 */
public final class SparseCategoricalAccuracy
    extends MeanMetric<SparseCategoricalAccuracy.Arguments, SparseCategoricalAccuracy> {
  /** The arguments of a {@link SparseCategoricalAccuracy}: none. */
  public record Arguments() {}

  private SparseCategoricalAccuracy(Arguments arguments) {
    super(arguments);
  }

  /** Makes a metric. */
  public SparseCategoricalAccuracy() {
    this(new Arguments());
  }

  /** Makes a metric of a name. */
  public SparseCategoricalAccuracy(String name) {
    this();
    name(name);
  }

  @Override
  int[] labelAxes(int rank) {
    return axesBut(-1, rank);
  }

  @Override
  String remedy(Shape labels, Shape predictions) {
    return LabelAdvice.classes(labels, predictions, "CategoricalAccuracy");
  }

  @Override
  Tensor scores(Tensor labels, Tensor predictions) {
    WholeNumbers.check("SparseCategoricalAccuracy", "labels", labels);
    Tensor predicted = Reductions.argmax(predictions, -1);
    Tensor right = Casting.cast(labels, DType.INT64).equal(Casting.cast(predicted, DType.INT64));
    return rightAmong(right, predictions);
  }
}
