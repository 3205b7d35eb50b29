package dev.tapedeck.train;

import dev.tapedeck.tracking.Trackable;

/**
 * A named number that is gathered over batches, such as the mean of a loss.
 *
 * <p>A model finds those in its fields, and in the fields of its layers, as it finds variables: it
 * resets them at the start of an epoch, and reports {@link #result} under {@link #name}; {@code
 * trainStep} updates them. What is gathered belongs in variables, for graphs to update it and a
 * checkpoint to hold it.
 */
public interface Aggregator extends Trackable {
  /** Returns the name it is reported under; it does not begin with {@code val_}. */
  String name();

  /** Returns the value over all batches since the last reset. */
  double result();

  /** Forgets all batches. */
  void reset();
}
