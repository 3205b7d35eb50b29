package dev.tapedeck.metrics;

import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;

/**
 * The fraction of predictions that equal their labels: {@code mean(label == prediction)}, for
 * labels of the shape of the predictions, as classes of both.
 *
 * <p>Whole numbers are compared as such. Keras compares in the type of the predictions, where a
 * label of 0.5 is the class 0.
 */
public final class Accuracy extends MeanMetric<Accuracy.Arguments, Accuracy> {
  /** The arguments of an {@link Accuracy}: none. */
  public record Arguments() {}

  private Accuracy(Arguments arguments) {
    super(arguments);
  }

  /** Makes a metric. */
  public Accuracy() {
    this(new Arguments());
  }

  @Override
  Tensor scores(Tensor labels, Tensor predictions) {
    DType common =
        predictions.dtype().isFloating()
            ? predictions.dtype()
            : labels.dtype().isFloating() ? labels.dtype() : DType.INT64;
    return Casting.cast(labels, common).equal(Casting.cast(predictions, common));
  }
}
