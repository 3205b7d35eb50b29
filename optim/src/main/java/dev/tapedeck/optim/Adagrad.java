package dev.tapedeck.optim;

import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.train.LearningRateSchedule;
import dev.tapedeck.train.PointwiseOptimizer;
import dev.tapedeck.train.UpdateFormula;

/**
 * The Adagrad optimizer: divides the gradient by the root of the sum of all its squares, so that
 * rare features take larger steps.
 *
 * <pre>
 * a = a + g^2                              slot accumulator
 * w = w - rate * g / sqrt(a + epsilon)
 * </pre>
 *
 * <p>J. Duchi, E. Hazan, Y. Singer, "Adaptive Subgradient Methods for Online Learning and
 * Stochastic Optimization", JMLR 2011.
 */
public final class Adagrad extends PointwiseOptimizer {
  /**
   * The arguments of an Adagrad.
   *
   * @param learningRate learning rate of each step
   * @param initialAccumulatorValue value of the sums at first
   * @param epsilon constant that keeps steps finite where gradients are near 0
   */
  public record Arguments(
      LearningRateSchedule learningRate, double initialAccumulatorValue, double epsilon) {
    /** Checks the arguments. */
    public Arguments {
      Ranges.requireNotNegative("Adagrad", "initialAccumulatorValue", initialAccumulatorValue);
      Ranges.requireNotNegative("Adagrad", "epsilon", epsilon);
    }
  }

  /** Makes an optimizer with a learning rate of 0.001. */
  public Adagrad() {
    this(0.001);
  }

  /** Makes an optimizer. */
  public Adagrad(double learningRate) {
    this(LearningRateSchedule.constant(learningRate));
  }

  /** Makes an optimizer whose learning rate follows a schedule. */
  public Adagrad(LearningRateSchedule learningRate) {
    this(new Arguments(learningRate, 0.1, 1e-7));
  }

  private Adagrad(Arguments arguments) {
    super(arguments.learningRate, arguments);
  }

  @Override
  public Arguments arguments() {
    return (Arguments) super.arguments();
  }

  /** Sets the value of the sums at first; by default 0.1. */
  public Adagrad initialAccumulatorValue(double initialAccumulatorValue) {
    argument("initialAccumulatorValue", initialAccumulatorValue);
    return this;
  }

  /** Sets a constant that keeps steps finite where gradients are near 0; by default 1e-7. */
  public Adagrad epsilon(double epsilon) {
    argument("epsilon", epsilon);
    return this;
  }

  @Override
  protected void update(UpdateFormula f) {
    double initial = arguments().initialAccumulatorValue;
    Expr former = f.slot("accumulator", variable -> Creation.fullLike(variable, initial));
    Expr squares = f.assign("accumulator", former.plus(f.gradient().square()));
    Expr root = squares.plus(arguments().epsilon).sqrt();
    f.assign(f.variable().minus(f.rate().times(f.gradient()).over(root)));
  }
}
