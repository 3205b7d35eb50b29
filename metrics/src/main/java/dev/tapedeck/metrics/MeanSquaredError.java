package dev.tapedeck.metrics;

import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;

/**
 * The mean of the squared differences between labels and predictions of the same shape: {@code
 * mean((label - prediction)^2)}.
 *
 * <p>Keras counts a batch {@code [n]} as one example, whatever n is; here each of its elements is
 * an example.
 */
public final class MeanSquaredError
    extends MeanMetric<MeanSquaredError.Arguments, MeanSquaredError> {
  /** The arguments of a {@link MeanSquaredError}: none. */
  public record Arguments() {}

  private MeanSquaredError(Arguments arguments) {
    super(arguments);
  }

  /** Makes a metric. */
  public MeanSquaredError() {
    this(new Arguments());
  }

  /** Makes a metric of a name. */
  public MeanSquaredError(String name) {
    this();
    name(name);
  }

  @Override
  Tensor scores(Tensor labels, Tensor predictions) {
    return Maths.squaredDifference(
        Casting.cast(labels, DType.FLOAT64), Casting.cast(predictions, DType.FLOAT64));
  }
}
