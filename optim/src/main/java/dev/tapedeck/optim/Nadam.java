package dev.tapedeck.optim;

import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.LearningRateSchedule;
import dev.tapedeck.train.PointwiseOptimizer;
import dev.tapedeck.train.UpdateFormula;
import java.util.Map;

/**
 * The Nadam optimizer: {@link Adam} with Nesterov's momentum, which grows with the steps.
 *
 * <pre>
 * u(t) = beta1 * (1 - 0.96^t / 2)          at step t, from 1
 * p(t) = p(t - 1) * u(t)                   a scalar, 1 at first
 * m = m + (1 - beta1) * (g - m)            slot momentum
 * v = v + (1 - beta2) * (g^2 - v)          slot velocity
 * n = u(t + 1) * m / (1 - p(t) * u(t + 1)) + (1 - u(t)) * g / (1 - p(t))
 * w = w - rate * n / (sqrt(v / (1 - beta2^t)) + epsilon)
 * </pre>
 *
 * <p>T. Dozat, "Incorporating Nesterov Momentum into Adam", ICLR 2016 workshop.
 */
public final class Nadam extends PointwiseOptimizer {
  /**
   * The arguments of a Nadam.
   *
   * @param learningRate learning rate of each step
   * @param beta1 decay rate of the running mean of the gradients
   * @param beta2 decay rate of the running mean of their squares
   * @param epsilon constant that keeps steps finite where gradients are near 0
   */
  public record Arguments(
      LearningRateSchedule learningRate, double beta1, double beta2, double epsilon) {
    /** Checks the arguments. */
    public Arguments {
      Ranges.requireDecay("Nadam", "beta1", beta1);
      Ranges.requireDecay("Nadam", "beta2", beta2);
      Ranges.requireNotNegative("Nadam", "epsilon", epsilon);
    }
  }

  private static final Pointwise NEXT_PRODUCT =
      Pointwise.floating(Formula.of("nadam/product", 3, x -> x[0].times(momentum(x[1], x[2]))));

  /** {@code p}, which checkpoints have under Keras's name. */
  private final transient Variable product = Variable.untrainable(1f, "u_product");

  /** Makes an optimizer with a learning rate of 0.001. */
  public Nadam() {
    this(0.001);
  }

  /** Makes an optimizer. */
  public Nadam(double learningRate) {
    this(LearningRateSchedule.constant(learningRate));
  }

  /** Makes an optimizer whose learning rate follows a schedule. */
  public Nadam(LearningRateSchedule learningRate) {
    this(new Arguments(learningRate, 0.9, 0.999, 1e-7));
  }

  private Nadam(Arguments arguments) {
    super(arguments.learningRate, arguments);
  }

  @Override
  public Arguments arguments() {
    return (Arguments) super.arguments();
  }

  /** Sets the decay rate of the running mean of the gradients; by default 0.9. */
  public Nadam beta1(double beta1) {
    argument("beta1", beta1);
    return this;
  }

  /** Sets the decay rate of the running mean of the squares; by default 0.999. */
  public Nadam beta2(double beta2) {
    argument("beta2", beta2);
    return this;
  }

  /** Sets a constant that keeps steps finite where gradients are near 0; by default 1e-7. */
  public Nadam epsilon(double epsilon) {
    argument("epsilon", epsilon);
    return this;
  }

  /** Returns the momentum of a step. */
  private static Expr momentum(Expr step, Expr beta1) {
    return Expr.of(1).minus(Expr.of(0.96).pow(step).times(0.5)).times(beta1);
  }

  @Override
  public Map<String, Object> parts() {
    Map<String, Object> parts = super.parts();
    parts.put(product.name(), product);
    return parts;
  }

  @Override
  protected void beginStep(Tensor number) {
    Tensor step = Casting.cast(number, DType.FLOAT32);
    NEXT_PRODUCT.into(product, product, step, arguments().beta1);
  }

  @Override
  protected void update(UpdateFormula f) {
    Arguments a = arguments();
    Expr p = f.state(product);
    Expr u = momentum(f.step(), Expr.of(a.beta1));
    Expr next = momentum(f.step().plus(1), Expr.of(a.beta1));
    Expr m = RunningMoments.mean(f, "momentum", a.beta1, f.gradient());
    Expr v = RunningMoments.mean(f, "velocity", a.beta2, f.gradient().square());
    Expr ofMean = f.rate().times(next).over(Expr.of(1).minus(p.times(next)));
    Expr ofGradient = f.rate().times(Expr.of(1).minus(u)).over(Expr.of(1).minus(p));
    Expr n = ofMean.times(m).plus(ofGradient.times(f.gradient()));
    Expr root = v.over(RunningMoments.correction(f, a.beta2)).sqrt();
    f.assign(f.variable().minus(n.over(root.plus(a.epsilon))));
  }
}
