package dev.tapedeck.optim;

import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Optimizer;

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
public final class SGD extends Optimizer {
  private static final Pointwise DESCEND =
      Pointwise.floating(Formula.of("sgd", 3, x -> x[0].minus(x[1].times(x[2]))));
  private static final Pointwise ADD = Pointwise.floating(Formula.of("sgd/add", Expr::plus));

  /** The arguments of an {@link SGD}. */
  public record Arguments(double learningRate, double momentum, boolean nesterov) {
    /** Checks the arguments. */
    public Arguments {
      if (!(momentum >= 0 && momentum <= 1)) {
        throw new IllegalArgumentException("SGD: momentum must be in [0, 1], received " + momentum);
      }
    }
  }

  private final double momentum;
  private final boolean nesterov;
  private final Pointwise accelerate;
  private final Pointwise lookAhead;

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
    this(new Arguments(learningRate, momentum, nesterov));
  }

  private SGD(Arguments arguments) {
    super(arguments.learningRate, arguments);
    momentum = arguments.momentum;
    nesterov = arguments.nesterov;
    this.accelerate =
        Pointwise.floating(
            Formula.of("sgd/momentum", 3, x -> x[0].times(momentum).minus(x[1].times(x[2]))));
    this.lookAhead =
        Pointwise.floating(
            Formula.of(
                "sgd/nesterov", 4, x -> x[0].plus(x[1].times(momentum).minus(x[2].times(x[3])))));
  }

  @Override
  protected void build(Variable variable) {
    if (momentum > 0) {
      slot(variable, "momentum");
    }
  }

  @Override
  protected void update(Variable variable, Tensor gradient) {
    Tensor rate = rate(variable.dtype());
    if (momentum == 0) {
      DESCEND.into(variable, variable, gradient, rate);
      return;
    }
    Variable velocity = slot(variable, "momentum");
    accelerate.into(velocity, velocity, gradient, rate);
    if (nesterov) {
      lookAhead.into(variable, variable, velocity, gradient, rate);
    } else {
      ADD.into(variable, variable, velocity);
    }
  }
}
