package dev.tapedeck.losses;

import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Reduction;

/**
 * The mean of squares of small differences and absolute values of large ones: {@code d^2 / 2} where
 * {@code |d| <= delta} for {@code d = p - y}, else {@code delta |d| - delta^2 / 2}; the mean over
 * the last axis.
 */
public final class Huber extends BuiltInLoss<Huber.Arguments, Huber> {
  /**
   * The arguments of a {@link Huber} loss.
   *
   * @param delta difference up to which the loss is quadratic
   * @param reduction reduction of the values to one number
   */
  public record Arguments(double delta, Reduction reduction) implements BuiltInLoss.Arguments {
    /** Checks the arguments. */
    public Arguments {
      BuiltInLoss.check(reduction);
      if (!(delta > 0)) {
        throw Refusal.of("huber", "delta is more than 0", delta, "give the largest small error");
      }
    }
  }

  Huber(Arguments arguments) {
    super(arguments);
  }

  /** Returns this loss with another difference up to which it is quadratic; by default 1. */
  public Huber delta(double delta) {
    return with("delta", delta);
  }

  @Override
  Tensor values(Tensor y, Tensor p) {
    double delta = arguments().delta;
    Tensor distance = p.sub(y).abs();
    return Outputs.mean(
        Logic.where(
            distance.lessEqual(delta),
            Maths.square(distance).mul(0.5),
            distance.mul(delta).sub(delta * delta / 2)));
  }
}
