package dev.tapedeck.metrics;

import dev.tapedeck.ops.Operands;

/**
 * The mean of values: {@code new Mean("loss")} updated with 0, 5 and {@code new int[] {8, 9}} is
 * 5.5.
 *
 * <p>As in Keras, values {@code [n, ..]} are n examples, each of which counts once, by its mean.
 */
public final class Mean extends RunningMean<Mean.Arguments, Mean> {
  /** The arguments of a {@link Mean}: none. */
  public record Arguments() {}

  private Mean(Arguments arguments) {
    super(arguments);
  }

  /** Makes a metric. */
  public Mean() {
    this(new Arguments());
  }

  /** Makes a metric of a name. */
  public Mean(String name) {
    this();
    name(name);
  }

  /** Adds values: a tensor, a variable, a number or an array, of any element type. */
  public void update(Object values) {
    add(Operands.tensor(values), null);
  }

  /**
   * Adds weighted values.
   *
   * @param weights weights of the values, or of their first axes
   */
  public void update(Object values, Object weights) {
    add(Operands.tensor(values), Operands.tensor(weights));
  }
}
