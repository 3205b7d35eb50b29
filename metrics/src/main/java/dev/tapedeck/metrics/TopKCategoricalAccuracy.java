package dev.tapedeck.metrics;

import dev.tapedeck.ops.neural.LabelAdvice;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;

/**
 * The fraction of examples whose label is among the k largest predictions, for labels {@code [n,
 * .., classes]}, one-hot or probabilities, of the shape of the predictions.
 *
 * <p>Of equal predictions the first come first, so that with k of 1 it is {@link
 * CategoricalAccuracy}; Keras counts a label as right whose prediction equals the last of the k
 * largest. An example with NaN is wrong.
 */
public final class TopKCategoricalAccuracy
    extends TopKAccuracy<TopKCategoricalAccuracy.Arguments, TopKCategoricalAccuracy> {
  /**
   * The arguments of a {@link TopKCategoricalAccuracy}.
   *
   * @param k number of largest predictions
   */
  public record Arguments(int k) {
    /** Checks the arguments. */
    public Arguments {
      check("TopKCategoricalAccuracy", k);
    }
  }

  private TopKCategoricalAccuracy(Arguments arguments) {
    super(arguments);
  }

  /** Makes a metric of the 5 largest predictions. */
  public TopKCategoricalAccuracy() {
    this(5);
  }

  /** Makes a metric of the k largest predictions. */
  public TopKCategoricalAccuracy(int k) {
    this(new Arguments(k));
  }

  @Override
  String remedy(Shape labels, Shape predictions) {
    return LabelAdvice.alike(labels, predictions, "SparseTopKCategoricalAccuracy");
  }

  @Override
  Tensor scores(Tensor labels, Tensor predictions) {
    Tensor right = within(arguments().k, Vectors.largest(labels, -1), predictions);
    return rightAmong(right, labels);
  }
}
