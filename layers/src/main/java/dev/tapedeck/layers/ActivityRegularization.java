package dev.tapedeck.layers;

import dev.tapedeck.nn.Regularizer;
import dev.tapedeck.nn.Regularizers;
import dev.tapedeck.tensor.Tensor;

/**
 * A layer that returns its input, and adds a penalty on it to the loss: {@code l1 * sum(abs(x)) +
 * l2 * sum(x * x)}, divided by the batch size.
 */
public final class ActivityRegularization
    extends BuiltIn<ActivityRegularization.Arguments, ActivityRegularization> {
  /**
   * The arguments of an {@link ActivityRegularization}.
   *
   * @param l1 factor of the absolute values
   * @param l2 factor of the squares
   */
  public record Arguments(double l1, double l2) {
    /** Checks the arguments. */
    public Arguments {
      LayerOptions.requireNonNegative("ActivityRegularization", "l1", l1);
      LayerOptions.requireNonNegative("ActivityRegularization", "l2", l2);
    }
  }

  private ActivityRegularization(Arguments arguments) {
    super(arguments);
  }

  /** Makes a layer without a penalty. */
  public ActivityRegularization() {
    this(0, 0);
  }

  /** Makes a layer of the factors of absolute values and of squares. */
  public ActivityRegularization(double l1, double l2) {
    this(new Arguments(l1, l2));
  }

  /** Sets the factor of the absolute values; by default 0. */
  public ActivityRegularization l1(double l1) {
    return with("l1", l1);
  }

  /** Sets the factor of the squares; by default 0. */
  public ActivityRegularization l2(double l2) {
    return with("l2", l2);
  }

  @Override
  protected Tensor call(Tensor x) {
    return x;
  }

  @Override
  protected Regularizer activityRegularizer() {
    return Regularizers.l1l2(args().l1, args().l2);
  }

  @Override
  protected boolean supportsMasking() {
    return true;
  }
}
