package dev.tapedeck.optim;

import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.train.LearningRateSchedule;
import dev.tapedeck.train.PointwiseOptimizer;
import dev.tapedeck.train.UpdateFormula;

/**
 * The Lion optimizer: steps of one length for all elements, in the direction of the sign of a
 * momentum.
 *
 * <pre>
 * w = w - rate * sign(beta1 * m + (1 - beta1) * g)
 * m = m + (1 - beta2) * (g - m)            slot momentum
 * </pre>
 *
 * <p>It needs a smaller learning rate than {@link Adam}, by 3 to 10 times, and a larger weight
 * decay. X. Chen et al., "Symbolic Discovery of Optimization Algorithms", NeurIPS 2023.
 */
public final class Lion extends PointwiseOptimizer {
  /**
   * The arguments of a Lion.
   *
   * @param learningRate learning rate of each step
   * @param beta1 weight of the momentum against the gradient
   * @param beta2 decay rate of the momentum
   */
  public record Arguments(LearningRateSchedule learningRate, double beta1, double beta2) {
    /** Checks the arguments. */
    public Arguments {
      Ranges.require("Lion", "beta1", beta1, beta1 > 0 && beta1 <= 1, "in (0, 1]");
      Ranges.require("Lion", "beta2", beta2, beta2 > 0 && beta2 <= 1, "in (0, 1]");
    }
  }

  /** Makes an optimizer with a learning rate of 0.001. */
  public Lion() {
    this(0.001);
  }

  /** Makes an optimizer. */
  public Lion(double learningRate) {
    this(LearningRateSchedule.constant(learningRate));
  }

  /** Makes an optimizer whose learning rate follows a schedule. */
  public Lion(LearningRateSchedule learningRate) {
    this(new Arguments(learningRate, 0.9, 0.99));
  }

  private Lion(Arguments arguments) {
    super(arguments.learningRate, arguments);
  }

  @Override
  public Arguments arguments() {
    return (Arguments) super.arguments();
  }

  /** Sets the weight of the momentum against the gradient; by default 0.9. */
  public Lion beta1(double beta1) {
    argument("beta1", beta1);
    return this;
  }

  /** Sets the decay rate of the momentum; by default 0.99. */
  public Lion beta2(double beta2) {
    argument("beta2", beta2);
    return this;
  }

  @Override
  protected void update(UpdateFormula f) {
    Arguments a = arguments();
    Expr m = f.slot("momentum").times(a.beta1).plus(f.gradient().times(1 - a.beta1));
    RunningMoments.mean(f, "momentum", a.beta2, f.gradient());
    f.assign(f.variable().minus(f.rate().times(m.sign())));
  }
}
