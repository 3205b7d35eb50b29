package dev.tapedeck.train;

import dev.tapedeck.tensor.Trackable;

/**
 * A number that is gathered over batches.
 *
 * <p>A model that is compiled with a metric resets it at the start of an epoch, updates it with
 * every batch, and reports {@link #result} under {@link #name}. What it gathers belongs in
 * variables, for a checkpoint to hold it.
 */
public interface Metric extends Trackable {
  /** Returns the name it is reported under. */
  String name();

  /**
   * Takes in a batch: tensors, numbers, or what tensors are made of.
   *
   * @throws IllegalArgumentException if the labels do not fit the predictions
   */
  void update(Object labels, Object predictions);

  /** Returns the value over all batches since the last reset. */
  double result();

  /** Forgets all batches. */
  void reset();
}
