package dev.tapedeck.optim;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.train.LearningRateSchedule;
import dev.tapedeck.train.PointwiseOptimizer;
import dev.tapedeck.train.UpdateFormula;

/**
 * The schedule-free AdamW optimizer: averages the weights of all steps in place of a falling
 * learning rate.
 *
 * <pre>
 * v = v + (1 - beta2) * (g^2 - v)                       slot velocity
 * z' = z - rate * g / (sqrt(v / (1 - beta2^t)) + epsilon)     slot momentum, the weights at first
 * x = (w - (1 - beta1) * z) / beta1
 * x' = x + (z' - x) / t
 * w = (1 - beta1) * z' + beta1 * x'
 * </pre>
 *
 * <p>The rate grows from 0 over {@code warmupSteps}. As in Keras, the weights {@code w} are those
 * at which gradients are taken, also after training, where the paper takes {@code x}. A. Defazio et
 * al., "The Road Less Scheduled", NeurIPS 2024.
 */
public final class ScheduleFreeAdamW extends PointwiseOptimizer {
  /**
   * The arguments of a ScheduleFreeAdamW.
   *
   * @param learningRate learning rate of each step
   * @param beta1 weight of the average against the latest step, above 0
   * @param beta2 decay rate of the running mean of their squares
   * @param epsilon constant that keeps steps finite where gradients are near 0
   * @param warmupSteps number of steps over which the rate grows
   */
  public record Arguments(
      LearningRateSchedule learningRate,
      double beta1,
      double beta2,
      double epsilon,
      int warmupSteps) {
    /** Checks the arguments. */
    public Arguments {
      Ranges.require("ScheduleFreeAdamW", "beta1", beta1, beta1 > 0 && beta1 < 1, "in (0, 1)");
      Ranges.requireDecay("ScheduleFreeAdamW", "beta2", beta2);
      Ranges.requireNotNegative("ScheduleFreeAdamW", "epsilon", epsilon);
      Ranges.requireNotNegative("ScheduleFreeAdamW", "warmupSteps", warmupSteps);
    }
  }

  /** Makes an optimizer with a learning rate of 0.0025. */
  public ScheduleFreeAdamW() {
    this(0.0025);
  }

  /** Makes an optimizer. */
  public ScheduleFreeAdamW(double learningRate) {
    this(LearningRateSchedule.constant(learningRate));
  }

  /** Makes an optimizer whose learning rate follows a schedule. */
  public ScheduleFreeAdamW(LearningRateSchedule learningRate) {
    this(new Arguments(learningRate, 0.9, 0.999, 1e-8, 0));
  }

  private ScheduleFreeAdamW(Arguments arguments) {
    super(arguments.learningRate, arguments);
  }

  @Override
  public Arguments arguments() {
    return (Arguments) super.arguments();
  }

  /** Sets the weight of the average against the latest step; by default 0.9. */
  public ScheduleFreeAdamW beta1(double beta1) {
    argument("beta1", beta1);
    return this;
  }

  /** Sets the decay rate of the running mean of the squares; by default 0.999. */
  public ScheduleFreeAdamW beta2(double beta2) {
    argument("beta2", beta2);
    return this;
  }

  /** Sets a constant that keeps steps finite where gradients are near 0; by default 1e-8. */
  public ScheduleFreeAdamW epsilon(double epsilon) {
    argument("epsilon", epsilon);
    return this;
  }

  /** Sets the number of steps over which the rate grows; by default 0. */
  public ScheduleFreeAdamW warmupSteps(int warmupSteps) {
    argument("warmupSteps", warmupSteps);
    return this;
  }

  @Override
  protected void update(UpdateFormula f) {
    Arguments a = arguments();
    Expr rate = a.warmupSteps == 0 ? f.rate() : f.rate().times(f.step().over(a.warmupSteps).min(1));
    Expr v = RunningMoments.mean(f, "velocity", a.beta2, f.gradient().square());
    Expr root = v.over(RunningMoments.correction(f, a.beta2)).sqrt();
    Expr former = f.slot("momentum", Variable::value);
    Expr z =
        f.assign("momentum", former.minus(rate.times(f.gradient()).over(root.plus(a.epsilon))));
    Expr x = f.variable().minus(former.times(1 - a.beta1)).over(a.beta1);
    Expr average = x.plus(z.minus(x).over(f.step()));
    f.assign(z.times(1 - a.beta1).plus(average.times(a.beta1)));
  }
}
