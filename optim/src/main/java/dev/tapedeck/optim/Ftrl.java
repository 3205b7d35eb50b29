package dev.tapedeck.optim;

import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.train.LearningRateSchedule;
import dev.tapedeck.train.PointwiseOptimizer;
import dev.tapedeck.train.UpdateFormula;

/**
 * The FTRL optimizer, "follow the regularized leader": for sparse linear models, whose weights it
 * keeps at exactly 0 under an L1 penalty.
 *
 * <pre>
 * a' = a + g^2                                          slot accumulator
 * z = z + g + 2 * shrinkage * w - (a'^-p - a^-p) / rate * w    slot linear; p is learningRatePower
 * q = a'^-p / rate + 2 * (l2 + beta / (2 * rate))
 * w = (clip(z, -l1, l1) - z) / q
 * </pre>
 *
 * <p>H. McMahan et al., "Ad Click Prediction: a View from the Trenches", KDD 2013; shrinkage is
 * another L2 penalty, on the loss, and not on the leader.
 */
public final class Ftrl extends PointwiseOptimizer {
  /**
   * The arguments of a Ftrl.
   *
   * @param learningRate learning rate of each step
   * @param learningRatePower power of the sum of squares by which the learning rate falls, 0 or
   *     less
   * @param initialAccumulatorValue value of the sums of squares at first
   * @param l1RegularizationStrength factor of the L1 penalty
   * @param l2RegularizationStrength factor of the L2 penalty
   * @param l2ShrinkageRegularizationStrength factor of the L2 penalty on the loss
   * @param beta the paper's beta, which shortens early steps
   */
  public record Arguments(
      LearningRateSchedule learningRate,
      double learningRatePower,
      double initialAccumulatorValue,
      double l1RegularizationStrength,
      double l2RegularizationStrength,
      double l2ShrinkageRegularizationStrength,
      double beta) {
    /** Checks the arguments. */
    public Arguments {
      Ranges.require(
          "Ftrl", "learningRatePower", learningRatePower, learningRatePower <= 0, "0 or less");
      Ranges.requireNotNegative("Ftrl", "initialAccumulatorValue", initialAccumulatorValue);
      Ranges.requireNotNegative("Ftrl", "l1RegularizationStrength", l1RegularizationStrength);
      Ranges.requireNotNegative("Ftrl", "l2RegularizationStrength", l2RegularizationStrength);
      Ranges.requireNotNegative(
          "Ftrl", "l2ShrinkageRegularizationStrength", l2ShrinkageRegularizationStrength);
      Ranges.requireNotNegative("Ftrl", "beta", beta);
    }
  }

  /** Makes an optimizer with a learning rate of 0.001. */
  public Ftrl() {
    this(0.001);
  }

  /** Makes an optimizer. */
  public Ftrl(double learningRate) {
    this(LearningRateSchedule.constant(learningRate));
  }

  /** Makes an optimizer whose learning rate follows a schedule. */
  public Ftrl(LearningRateSchedule learningRate) {
    this(new Arguments(learningRate, -0.5, 0.1, 0, 0, 0, 0));
  }

  private Ftrl(Arguments arguments) {
    super(arguments.learningRate, arguments);
  }

  @Override
  public Arguments arguments() {
    return (Arguments) super.arguments();
  }

  /**
   * Sets the power of the sum of squares by which the learning rate falls, 0 for a fixed one; by
   * default -0.5.
   */
  public Ftrl learningRatePower(double learningRatePower) {
    argument("learningRatePower", learningRatePower);
    return this;
  }

  /** Sets the value of the sums of squares at first; by default 0.1. */
  public Ftrl initialAccumulatorValue(double initialAccumulatorValue) {
    argument("initialAccumulatorValue", initialAccumulatorValue);
    return this;
  }

  /** Sets the factor of the L1 penalty; by default 0. */
  public Ftrl l1RegularizationStrength(double l1RegularizationStrength) {
    argument("l1RegularizationStrength", l1RegularizationStrength);
    return this;
  }

  /** Sets the factor of the L2 penalty; by default 0. */
  public Ftrl l2RegularizationStrength(double l2RegularizationStrength) {
    argument("l2RegularizationStrength", l2RegularizationStrength);
    return this;
  }

  /** Sets the factor of the L2 penalty on the loss; by default 0. */
  public Ftrl l2ShrinkageRegularizationStrength(double l2ShrinkageRegularizationStrength) {
    argument("l2ShrinkageRegularizationStrength", l2ShrinkageRegularizationStrength);
    return this;
  }

  /** Sets the paper's beta, which shortens early steps; by default 0. */
  public Ftrl beta(double beta) {
    argument("beta", beta);
    return this;
  }

  private Expr power(Expr squares) {
    double p = -arguments().learningRatePower;
    return p == 0.5 ? squares.sqrt() : squares.pow(Expr.of(p));
  }

  @Override
  protected void update(UpdateFormula f) {
    Arguments a = arguments();
    double initial = a.initialAccumulatorValue;
    Expr former = f.slot("accumulator", variable -> Creation.fullLike(variable, initial));
    Expr squares = f.assign("accumulator", former.plus(f.gradient().square()));
    Expr shrunk = f.gradient().plus(f.variable().times(2 * a.l2ShrinkageRegularizationStrength));
    Expr change = power(squares).minus(power(former)).over(f.rate());
    Expr z = f.assign("linear", f.slot("linear").plus(shrunk.minus(change.times(f.variable()))));
    Expr l2 = Expr.of(a.beta).over(f.rate()).plus(2 * a.l2RegularizationStrength);
    Expr clipped = z.max(-a.l1RegularizationStrength).min(a.l1RegularizationStrength);
    f.assign(clipped.minus(z).over(power(squares).over(f.rate()).plus(l2)));
  }
}
