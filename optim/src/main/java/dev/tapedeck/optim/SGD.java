package dev.tapedeck.optim;

import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.train.LearningRateSchedule;
import dev.tapedeck.train.PointwiseOptimizer;
import dev.tapedeck.train.UpdateFormula;

/**
 * The gradient descent optimizer, with optional momentum.
 *
 * <p>Without momentum: {@code w = w - rate * g}. With momentum {@code m} and a velocity {@code v},
 * which starts from zeros and is the slot {@code momentum}:
 *
 * <pre>
 * v = m * v - rate * g
 * w = w + v                      plain
 * w = w + m * v - rate * g       Nesterov
 * </pre>
 *
 * <p>I. Sutskever, J. Martens, G. Dahl, G. Hinton, "On the importance of initialization and
 * momentum in deep learning", ICML 2013. As in Keras, the gradients of Nesterov's momentum are
 * taken at {@code w}; the paper takes them at {@code w + m * v}.
 */
public final class SGD extends PointwiseOptimizer {
  /** The arguments of an {@link SGD}. */
  public record Arguments(LearningRateSchedule learningRate, double momentum, boolean nesterov) {
    /** Checks the arguments. */
    public Arguments {
      Ranges.require("SGD", "momentum", momentum, momentum >= 0 && momentum <= 1, "in [0, 1]");
    }
  }

  /** Makes an optimizer with a learning rate of 0.01 and no momentum. */
  public SGD() {
    this(0.01);
  }

  /** Makes an optimizer without momentum. */
  public SGD(double learningRate) {
    this(learningRate, 0);
  }

  /** Makes an optimizer with momentum. */
  public SGD(double learningRate, double momentum) {
    this(learningRate, momentum, false);
  }

  /**
   * Makes an optimizer with momentum, plain or Nesterov's.
   *
   * @throws IllegalArgumentException if the learning rate is negative, or the momentum not in [0,
   *     1]
   */
  public SGD(double learningRate, double momentum, boolean nesterov) {
    this(new Arguments(LearningRateSchedule.constant(learningRate), momentum, nesterov));
  }

  /** Makes an optimizer without momentum whose learning rate follows a schedule. */
  public SGD(LearningRateSchedule learningRate) {
    this(new Arguments(learningRate, 0, false));
  }

  private SGD(Arguments arguments) {
    super(arguments.learningRate, arguments);
  }

  @Override
  public Arguments arguments() {
    return (Arguments) super.arguments();
  }

  /** Sets the part of a step that the next one repeats, in [0, 1]; by default 0. */
  public SGD momentum(double momentum) {
    argument("momentum", momentum);
    return this;
  }

  /** Sets whether the momentum looks ahead; by default false. */
  public SGD nesterov(boolean nesterov) {
    argument("nesterov", nesterov);
    return this;
  }

  @Override
  protected void update(UpdateFormula f) {
    double momentum = arguments().momentum;
    Expr descent = f.rate().times(f.gradient());
    if (momentum == 0) {
      f.assign(f.variable().minus(descent));
      return;
    }
    Expr v = f.assign("momentum", f.slot("momentum").times(momentum).minus(descent));
    f.assign(f.variable().plus(arguments().nesterov ? v.times(momentum).minus(descent) : v));
  }
}
