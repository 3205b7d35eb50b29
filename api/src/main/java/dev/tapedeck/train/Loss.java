package dev.tapedeck.train;

import dev.tapedeck.tensor.Tensor;

/** A loss function of labels and predictions, which training minimizes; see {@link Losses}. */
@FunctionalInterface
public interface Loss {
  /**
   * Returns the mean loss of a batch, a scalar.
   *
   * @throws IllegalArgumentException if the labels do not fit the predictions; never broadcasts
   *     them
   */
  Tensor of(Tensor labels, Tensor predictions);
}
