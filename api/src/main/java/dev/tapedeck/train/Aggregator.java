package dev.tapedeck.train;

import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tracking.Trackable;

/**
 * A named value aggregated over batches, such as the mean of a loss.
 *
 * <p>A model finds those in its fields, and in the fields of its layers, as it finds variables: it
 * resets them at the start of an epoch, and reports {@link #result} under {@link #name}; {@code
 * trainStep} updates them. Sums belong in variables, for graphs to update and checkpoints to save
 * them.
 */
public interface Aggregator extends Trackable {
  /** Returns the name of the value in logs; it does not begin with {@code val_}. */
  String name();

  /**
   * Returns the value over all batches since the last reset: a scalar, or a vector, whose elements
   * logs report as {@code name_0}, {@code name_1} and so on.
   */
  Tensor result();

  /** Resets the value to that of no batches. */
  void reset();

  /**
   * Returns a new one of the same arguments, without values, for a part of each batch: a training
   * on several threads or machines adds up the variables of all parts, which therefore are sums
   * over examples.
   *
   * @throws UnsupportedOperationException if it has none; by default
   */
  default Aggregator copy() {
    throw new UnsupportedOperationException(
        "metric \""
            + name()
            + "\": cannot be computed by parts of a batch; if its variables are sums over examples,"
            + " override copy() to return a new one, else leave it out of a distributed training");
  }
}
