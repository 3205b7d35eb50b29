package dev.tapedeck.train;

import dev.tapedeck.tensor.Tensor;

/**
 * Loss function of labels and predictions, which training minimizes; see {@link
 * dev.tapedeck.losses.Losses}.
 */
@FunctionalInterface
public interface Loss {
  /**
   * Returns the loss of each example, {@code [n]}, or of each place in each; {@link #reduction}
   * says how {@code fit} makes one number of them. A scalar, such as a mean of one's own, is taken
   * as it is, and then refuses sample weights. Where the values have a mask, those that it leaves
   * out do not count.
   *
   * @throws IllegalArgumentException if the labels do not fit the predictions; never broadcasts
   *     them
   */
  Tensor perExample(Tensor labels, Tensor predictions);

  /** Returns the reduction of the values; by default their mean. */
  default Reduction reduction() {
    return Reduction.SUM_OVER_BATCH_SIZE;
  }

  /** Returns the reduced loss of a batch. */
  default Tensor of(Tensor labels, Tensor predictions) {
    return of(labels, predictions, null);
  }

  /**
   * Returns the reduced loss of a weighted batch; what the masks of predictions or labels say is
   * padding does not count.
   *
   * @param weights weights of the examples, {@code [n]}, or of places in them; null for none
   * @throws IllegalArgumentException if the weights do not fit the values
   */
  default Tensor of(Tensor labels, Tensor predictions, Tensor weights) {
    Tensor values = perExample(labels, predictions);
    if (values == null) {
      throw new IllegalArgumentException(
          "loss: the function returned null; return the loss of each example");
    }
    LossShapes.requireNotBroadcast(values, labels, predictions);
    Tensor mask =
        SampleMasks.joined(values.mask(), SampleMasks.joined(predictions.mask(), labels.mask()));
    if (values.shape().isScalar() && weights == null && mask == null) {
      return values;
    }
    return reduction().of(values, SampleMasks.weights(weights, mask, values, reduction()));
  }
}
