package dev.tapedeck.optim;

import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.train.LearningRateSchedule;
import dev.tapedeck.train.PointwiseOptimizer;
import dev.tapedeck.train.UpdateFormula;

/**
 * The Adadelta optimizer: steps whose length follows that of earlier ones, divided by the root of
 * the running mean of the squared gradients.
 *
 * <pre>
 * a = rho * a + (1 - rho) * g^2                        slot accumulated_grad
 * s = sqrt(d + epsilon) / sqrt(a + epsilon) * g
 * d = rho * d + (1 - rho) * s^2                        slot accumulated_delta_var
 * w = w - rate * s
 * </pre>
 *
 * <p>M. Zeiler, "ADADELTA: An Adaptive Learning Rate Method", 2012, where the learning rate is 1.
 */
public final class Adadelta extends PointwiseOptimizer {
  /**
   * The arguments of an Adadelta.
   *
   * @param learningRate learning rate of each step
   * @param rho decay rate of the running means
   * @param epsilon constant that keeps steps finite where gradients are near 0
   */
  public record Arguments(LearningRateSchedule learningRate, double rho, double epsilon) {
    /** Checks the arguments. */
    public Arguments {
      Ranges.requireDecay("Adadelta", "rho", rho);
      Ranges.requireNotNegative("Adadelta", "epsilon", epsilon);
    }
  }

  /** Makes an optimizer with a learning rate of 0.001. */
  public Adadelta() {
    this(0.001);
  }

  /** Makes an optimizer. */
  public Adadelta(double learningRate) {
    this(LearningRateSchedule.constant(learningRate));
  }

  /** Makes an optimizer whose learning rate follows a schedule. */
  public Adadelta(LearningRateSchedule learningRate) {
    this(new Arguments(learningRate, 0.95, 1e-7));
  }

  private Adadelta(Arguments arguments) {
    super(arguments.learningRate, arguments);
  }

  @Override
  public Arguments arguments() {
    return (Arguments) super.arguments();
  }

  /** Sets the decay rate of the running means; by default 0.95. */
  public Adadelta rho(double rho) {
    argument("rho", rho);
    return this;
  }

  /** Sets a constant that keeps steps finite where gradients are near 0; by default 1e-7. */
  public Adadelta epsilon(double epsilon) {
    argument("epsilon", epsilon);
    return this;
  }

  @Override
  protected void update(UpdateFormula f) {
    Arguments a = arguments();
    Expr squares = RunningMoments.mean(f, "accumulated_grad", a.rho, f.gradient().square());
    Expr former = f.slot("accumulated_delta_var").plus(a.epsilon).sqrt();
    Expr step = former.times(f.gradient()).over(squares.plus(a.epsilon).sqrt());
    RunningMoments.mean(f, "accumulated_delta_var", a.rho, step.square());
    f.assign(f.variable().minus(f.rate().times(step)));
  }
}
