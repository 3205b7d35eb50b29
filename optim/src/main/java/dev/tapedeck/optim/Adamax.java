package dev.tapedeck.optim;

import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.train.LearningRateSchedule;
import dev.tapedeck.train.PointwiseOptimizer;
import dev.tapedeck.train.UpdateFormula;

/**
 * The Adamax optimizer: {@link Adam} with the largest gradient, decayed, in place of the root of
 * the mean of squares.
 *
 * <pre>
 * m = m + (1 - beta1) * (g - m)            slot momentum
 * u = max(beta2 * u, |g|)                  slot norm
 * w = w - rate / (1 - beta1^t) * m / (u + epsilon)    at step t, from 1
 * </pre>
 *
 * <p>D. Kingma, J. Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, section 7.
 */
public final class Adamax extends PointwiseOptimizer {
  /**
   * The arguments of an Adamax.
   *
   * @param learningRate learning rate of each step
   * @param beta1 decay rate of the running mean of the gradients
   * @param beta2 decay rate of the largest gradient
   * @param epsilon constant that keeps steps finite where gradients are near 0
   */
  public record Arguments(
      LearningRateSchedule learningRate, double beta1, double beta2, double epsilon) {
    /** Checks the arguments. */
    public Arguments {
      Ranges.requireDecay("Adamax", "beta1", beta1);
      Ranges.requireDecay("Adamax", "beta2", beta2);
      Ranges.requireNotNegative("Adamax", "epsilon", epsilon);
    }
  }

  /** Makes an optimizer with a learning rate of 0.001. */
  public Adamax() {
    this(0.001);
  }

  /** Makes an optimizer. */
  public Adamax(double learningRate) {
    this(LearningRateSchedule.constant(learningRate));
  }

  /** Makes an optimizer whose learning rate follows a schedule. */
  public Adamax(LearningRateSchedule learningRate) {
    this(new Arguments(learningRate, 0.9, 0.999, 1e-7));
  }

  private Adamax(Arguments arguments) {
    super(arguments.learningRate, arguments);
  }

  @Override
  public Arguments arguments() {
    return (Arguments) super.arguments();
  }

  /** Sets the decay rate of the running mean of the gradients; by default 0.9. */
  public Adamax beta1(double beta1) {
    argument("beta1", beta1);
    return this;
  }

  /** Sets the decay rate of the largest gradient; by default 0.999. */
  public Adamax beta2(double beta2) {
    argument("beta2", beta2);
    return this;
  }

  /** Sets a constant that keeps steps finite where gradients are near 0; by default 1e-7. */
  public Adamax epsilon(double epsilon) {
    argument("epsilon", epsilon);
    return this;
  }

  @Override
  protected void update(UpdateFormula f) {
    Arguments a = arguments();
    Expr m = RunningMoments.mean(f, "momentum", a.beta1, f.gradient());
    Expr u = f.assign("norm", f.slot("norm").times(a.beta2).max(f.gradient().abs()));
    Expr alpha = f.rate().over(RunningMoments.correction(f, a.beta1));
    f.assign(f.variable().minus(alpha.times(m).over(u.plus(a.epsilon))));
  }
}
