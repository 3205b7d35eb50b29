package dev.tapedeck.metrics;

import dev.tapedeck.ops.Operands;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;

/**
 * The mean of values: {@code new Mean("loss")} updated with 0, 5 and {@code new int[] {8, 9}} is
 * 5.5.
 *
 * <p>As in Keras, values {@code [n, ..]} are n examples, each of which counts once, by its mean.
 */
public final class Mean extends BuiltInMetric<Mean.Arguments, Mean> {
  /** The arguments of a {@link Mean}: none. */
  public record Arguments() {}

  private RunningMean mean;

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
    add(values, null);
  }

  /**
   * Adds weighted values.
   *
   * @param weights weights of the values, or of their first axes
   */
  public void update(Object values, Object weights) {
    add(values, Operands.tensor(weights));
  }

  private void add(Object values, Tensor weights) {
    create(Shape.UNKNOWN);
    mean.add(Operands.tensor(values), weights);
  }

  @Override
  void build(long outputs) {
    mean = new RunningMean(this);
  }

  @Override
  Tensor value() {
    return mean.value();
  }
}
