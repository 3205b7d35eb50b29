package dev.tapedeck.optim;

import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.train.LearningRateSchedule;
import dev.tapedeck.train.PointwiseOptimizer;
import dev.tapedeck.train.UpdateFormula;

/**
 * The RMSprop optimizer: divides the gradient by the root of the running mean of its squares.
 *
 * <pre>
 * v = rho * v + (1 - rho) * g^2            slot velocity
 * a = rho * a + (1 - rho) * g              slot average_gradient, if centered
 * s = rate * g / sqrt(v - a^2 + epsilon)   without a, if not centered
 * m = momentum * m + s                     slot momentum, if it is above 0
 * w = w - m
 * </pre>
 *
 * <p>G. Hinton, "Neural Networks for Machine Learning", lecture 6e, 2012; centered: A. Graves,
 * "Generating Sequences With Recurrent Neural Networks", 2013.
 */
public final class RMSprop extends PointwiseOptimizer {
  /**
   * The arguments of an RMSprop.
   *
   * @param learningRate learning rate of each step
   * @param rho decay rate of the running means
   * @param momentum part of a step that the next one repeats, in [0, 1]
   * @param epsilon constant that keeps steps finite where gradients are near 0
   * @param centered whether to divide by the gradient's estimated variance
   */
  public record Arguments(
      LearningRateSchedule learningRate,
      double rho,
      double momentum,
      double epsilon,
      boolean centered) {
    /** Checks the arguments. */
    public Arguments {
      Ranges.requireDecay("RMSprop", "rho", rho);
      Ranges.require("RMSprop", "momentum", momentum, momentum >= 0 && momentum <= 1, "in [0, 1]");
      Ranges.requireNotNegative("RMSprop", "epsilon", epsilon);
    }
  }

  /** Makes an optimizer with a learning rate of 0.001. */
  public RMSprop() {
    this(0.001);
  }

  /** Makes an optimizer. */
  public RMSprop(double learningRate) {
    this(LearningRateSchedule.constant(learningRate));
  }

  /** Makes an optimizer whose learning rate follows a schedule. */
  public RMSprop(LearningRateSchedule learningRate) {
    this(new Arguments(learningRate, 0.9, 0, 1e-7, false));
  }

  private RMSprop(Arguments arguments) {
    super(arguments.learningRate, arguments);
  }

  @Override
  public Arguments arguments() {
    return (Arguments) super.arguments();
  }

  /** Sets the decay rate of the running means; by default 0.9. */
  public RMSprop rho(double rho) {
    argument("rho", rho);
    return this;
  }

  /** Sets the part of a step that the next one repeats; by default 0. */
  public RMSprop momentum(double momentum) {
    argument("momentum", momentum);
    return this;
  }

  /** Sets a constant that keeps steps finite where gradients are near 0; by default 1e-7. */
  public RMSprop epsilon(double epsilon) {
    argument("epsilon", epsilon);
    return this;
  }

  /**
   * Sets whether to divide by the gradient's estimated variance, which may help and costs memory;
   * by default false.
   */
  public RMSprop centered(boolean centered) {
    argument("centered", centered);
    return this;
  }

  @Override
  protected void update(UpdateFormula f) {
    Arguments a = arguments();
    Expr squares = RunningMoments.mean(f, "velocity", a.rho, f.gradient().square());
    if (a.centered) {
      Expr mean = RunningMoments.mean(f, "average_gradient", a.rho, f.gradient());
      squares = squares.minus(mean.square()).max(0); // rounding may make it negative
    }
    Expr step = f.rate().times(f.gradient()).over(squares.plus(a.epsilon).sqrt());
    if (a.momentum > 0) {
      step = f.assign("momentum", f.slot("momentum").times(a.momentum).plus(step));
    }
    f.assign(f.variable().minus(step));
  }
}
