package dev.tapedeck.optim;

import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.LearningRateSchedule;
import dev.tapedeck.train.Optimizer;
import dev.tapedeck.train.PointwiseRule;

/**
 * The LAMB optimizer, for large batches: {@link Adam}'s direction, in steps in proportion to the
 * norm of each variable.
 *
 * <pre>
 * m = m + (1 - beta1) * (g - m)            slot momentum
 * v = v + (1 - beta2) * (g^2 - v)          slot velocity
 * d = m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + epsilon)
 * w = w - rate * |w| / |d| * d             without |w| / |d| where one is 0
 * </pre>
 *
 * <p>Y. You et al., "Large Batch Optimization for Deep Learning: Training BERT in 76 minutes", ICLR
 * 2020, where the weight decay is part of the direction; here, as in Keras, it is apart.
 */
public final class Lamb extends Optimizer {
  /**
   * The arguments of a Lamb.
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
      Ranges.requireDecay("Lamb", "beta1", beta1);
      Ranges.requireDecay("Lamb", "beta2", beta2);
      Ranges.requireNotNegative("Lamb", "epsilon", epsilon);
    }
  }

  private static final Pointwise CORRECTION =
      Pointwise.floating(Formula.of("lamb/correction", (beta, t) -> Expr.of(1).minus(beta.pow(t))));
  private static final Pointwise DIRECTION =
      Pointwise.floating(
          Formula.of(
              "lamb/direction", 5, x -> x[0].over(x[2]).over(x[1].over(x[3]).sqrt().plus(x[4]))));

  /** The ratio of two norms; 1 where one is 0. */
  private static final Pointwise RATIO =
      Pointwise.floating(
          Formula.of(
              "lamb/ratio", (w, d) -> w.times(d).eq(0).select(Expr.of(1), w.over(d).sqrt())));

  private PointwiseRule moments;
  private Tensor ofMean;
  private Tensor ofSquares;

  /** Makes an optimizer with a learning rate of 0.001. */
  public Lamb() {
    this(0.001);
  }

  /** Makes an optimizer. */
  public Lamb(double learningRate) {
    this(LearningRateSchedule.constant(learningRate));
  }

  /** Makes an optimizer whose learning rate follows a schedule. */
  public Lamb(LearningRateSchedule learningRate) {
    this(new Arguments(learningRate, 0.9, 0.999, 1e-7));
  }

  private Lamb(Arguments arguments) {
    super(arguments.learningRate, arguments);
  }

  @Override
  public Arguments arguments() {
    return (Arguments) super.arguments();
  }

  /** Sets the decay rate of the running mean of the gradients; by default 0.9. */
  public Lamb beta1(double beta1) {
    argument("beta1", beta1);
    return this;
  }

  /** Sets the decay rate of the running mean of the squares; by default 0.999. */
  public Lamb beta2(double beta2) {
    argument("beta2", beta2);
    return this;
  }

  /** Sets a constant that keeps steps finite where gradients are near 0; by default 1e-7. */
  public Lamb epsilon(double epsilon) {
    argument("epsilon", epsilon);
    return this;
  }

  private PointwiseRule moments() {
    if (moments == null) {
      moments =
          PointwiseRule.of(
              "lamb",
              f -> {
                RunningMoments.mean(f, "momentum", arguments().beta1, f.gradient());
                RunningMoments.mean(f, "velocity", arguments().beta2, f.gradient().square());
              });
    }
    return moments;
  }

  @Override
  protected void build(Variable variable) {
    build(variable, moments());
  }

  @Override
  protected void beginStep(Tensor number) {
    Tensor t = Casting.cast(number, DType.FLOAT64);
    ofMean = CORRECTION.of(arguments().beta1, t);
    ofSquares = CORRECTION.of(arguments().beta2, t);
  }

  @Override
  protected void update(Variable variable, Tensor gradient) {
    update(variable, gradient, moments());
    DType dtype = variable.dtype();
    Tensor direction =
        DIRECTION.of(
            slot(variable, "momentum"),
            slot(variable, "velocity"),
            Casting.cast(ofMean, dtype),
            Casting.cast(ofSquares, dtype),
            arguments().epsilon);
    Tensor length = RATIO.of(squaredNorm(variable.reading()), squaredNorm(direction));
    variable.assignSub(direction.mul(length.mul(rate(dtype))));
  }

  private static Tensor squaredNorm(Tensor x) {
    return Reductions.sum(Maths.square(x));
  }
}
