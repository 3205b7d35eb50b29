package dev.tapedeck.metrics;

import dev.tapedeck.ops.Operands;

/**
 * The mean of values: {@code new Mean("loss")} updated with 0, 5 and {@code new int[] {8, 9}} is
 * 5.5.
 *
 * <p>As in Keras, of values {@code [n, ..]} each of the n examples counts once, by the mean of its
 * own.
 */
public final class Mean extends RunningMean {
  /** Makes a metric named {@code mean}. */
  public Mean() {
    this("mean");
  }

  /** Makes a metric. */
  public Mean(String name) {
    super(name);
  }

  /** Takes in a tensor, a number, or what tensors are made of, of any element type. */
  public void update(Object values) {
    add(Operands.tensor(values));
  }
}
