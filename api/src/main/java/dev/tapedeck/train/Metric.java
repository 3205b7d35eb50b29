package dev.tapedeck.train;

/**
 * An aggregator that compares predictions with labels.
 *
 * <p>A model that is compiled with a metric updates it with every batch, as well as resetting and
 * reporting it.
 */
public interface Metric extends Aggregator {
  /**
   * Adds a batch: tensors, numbers, or anything that tensors are made of.
   *
   * @throws IllegalArgumentException if the labels do not fit the predictions
   */
  void update(Object labels, Object predictions);
}
