package dev.tapedeck.metrics;

import dev.tapedeck.ops.neural.LabelAdvice;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;

/**
 * Categorical accuracy, the fraction of examples whose largest prediction is where the label is
 * largest: {@code mean(argmax(label) == argmax(prediction))}.
 *
 * <p>Labels {@code [n, .., classes]} are one-hot or probabilities, and predictions of the same
 * shape are probabilities or logits; of equal largest ones the first counts, and an example with
 * NaN is wrong.
 */
public final class CategoricalAccuracy
    extends MeanMetric<CategoricalAccuracy.Arguments, CategoricalAccuracy> {
  /** The arguments of a {@link CategoricalAccuracy}: none. */
  public record Arguments() {}

  private CategoricalAccuracy(Arguments arguments) {
    super(arguments);
  }

  /** Makes a metric. */
  public CategoricalAccuracy() {
    this(new Arguments());
  }

  /** Makes a metric of a name. */
  public CategoricalAccuracy(String name) {
    this();
    name(name);
  }

  @Override
  String remedy(Shape labels, Shape predictions) {
    return LabelAdvice.alike(labels, predictions, "SparseCategoricalAccuracy");
  }

  @Override
  Tensor scores(Tensor labels, Tensor predictions) {
    Tensor right = Vectors.largest(labels, -1).equal(Vectors.largest(predictions, -1));
    return rightAmong(right, labels, predictions);
  }
}
