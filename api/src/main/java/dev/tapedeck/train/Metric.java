package dev.tapedeck.train;

import dev.tapedeck.ops.Operands;
import dev.tapedeck.tensor.Tensor;

/**
 * Aggregator that compares predictions with labels.
 *
 * <p>A model that is compiled with a metric updates it with every batch, as well as resetting and
 * reporting it.
 */
public interface Metric extends Aggregator {
  /**
   * Adds a batch.
   *
   * @param weights weights of the examples, {@code [n]}, or of places in them; null for none
   * @throws IllegalArgumentException if labels or weights do not fit the predictions
   */
  void update(Tensor labels, Tensor predictions, Tensor weights);

  /**
   * Adds a batch without weights: tensors, numbers, or anything that tensors are made of.
   *
   * @throws IllegalArgumentException if the labels do not fit the predictions
   */
  default void update(Object labels, Object predictions) {
    update(Operands.tensor(labels), Operands.tensor(predictions), null);
  }
}
