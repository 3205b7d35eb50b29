package dev.tapedeck.optim;

import dev.tapedeck.ops.FusedUpdate;
import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Optimizer;
import java.util.List;

/**
 * The Adam optimizer: steps along the running mean of the gradients, divided by the root of the
 * running mean of their squares.
 *
 * <pre>
 * m = m + (1 - beta1) * (g - m)            slot momentum
 * v = v + (1 - beta2) * (g * g - v)        slot velocity
 * w = w - alpha * m / (sqrt(v) + epsilon)
 * alpha = rate * sqrt(1 - beta2^t) / (1 - beta1^t)    at step t, from 1
 * </pre>
 *
 * <p>D. Kingma, J. Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015. As in Keras,
 * epsilon is the "epsilon hat" of the formulation just before the paper's section 2.1, which weighs
 * more in early steps than epsilon in Algorithm 1.
 *
 * <p>{@code alpha} is computed in double precision. Keras computes it in float32, which changes the
 * length of early steps by a few millionths.
 */
public final class Adam extends Optimizer {
  /** The arguments of an {@link Adam}. */
  public record Arguments(double learningRate, double beta1, double beta2, double epsilon) {
    /** Checks the arguments. */
    public Arguments {
      requireDecay("beta1", beta1);
      requireDecay("beta2", beta2);
      if (!(epsilon >= 0)) {
        throw new IllegalArgumentException("Adam: epsilon must be 0 or more, received " + epsilon);
      }
    }
  }

  private final FusedUpdate step;
  private final Pointwise rateAt;
  private Tensor alpha;

  /** Makes an optimizer with a learning rate of 0.001. */
  public Adam() {
    this(0.001);
  }

  /** Makes an optimizer with beta1 0.9, beta2 0.999 and epsilon 1e-7. */
  public Adam(double learningRate) {
    this(learningRate, 0.9, 0.999, 1e-7);
  }

  /**
   * Makes an optimizer.
   *
   * @param beta1 decay rate of the running mean of the gradients
   * @param beta2 decay rate of the running mean of their squares
   * @param epsilon constant that keeps steps finite where gradients are near 0
   * @throws IllegalArgumentException if the learning rate or epsilon is negative, or a beta is not
   *     in [0, 1)
   */
  public Adam(double learningRate, double beta1, double beta2, double epsilon) {
    this(new Arguments(learningRate, beta1, beta2, epsilon));
  }

  private Adam(Arguments arguments) {
    super(arguments.learningRate, arguments);
    double beta1 = arguments.beta1;
    double beta2 = arguments.beta2;
    step =
        FusedUpdate.of(
            "adam",
            5,
            x -> {
              Expr g = x[3];
              Expr m = x[1].plus(g.minus(x[1]).times(1 - beta1));
              Expr v = x[2].plus(g.square().minus(x[2]).times(1 - beta2));
              Expr w = x[0].minus(m.times(x[4]).over(v.sqrt().plus(arguments.epsilon)));
              return List.of(w, m, v);
            });
    rateAt =
        Pointwise.floating(
            Formula.of(
                "adam/rate",
                (rate, t) ->
                    rate.times(biasCorrection(beta2, t).sqrt()).over(biasCorrection(beta1, t))));
  }

  private static void requireDecay(String name, double beta) {
    if (!(beta >= 0 && beta < 1)) {
      throw new IllegalArgumentException("Adam: " + name + " must be in [0, 1), received " + beta);
    }
  }

  /** Returns the bias correction {@code 1 - beta^t}: a running mean starts from zeros. */
  private static Expr biasCorrection(double beta, Expr t) {
    return Expr.of(1).minus(Expr.of(beta).pow(t));
  }

  @Override
  protected void build(Variable variable) {
    slot(variable, "momentum");
    slot(variable, "velocity");
  }

  @Override
  protected void beginStep(Tensor number) {
    alpha = rateAt.of(rate(DType.FLOAT64), Casting.cast(number, DType.FLOAT64));
  }

  @Override
  protected void update(Variable variable, Tensor gradient) {
    Variable m = slot(variable, "momentum");
    Variable v = slot(variable, "velocity");
    Tensor rate = Casting.cast(alpha, variable.dtype());
    step.into(List.of(variable, m, v), variable, m, v, gradient, rate);
  }
}
