package dev.tapedeck.optim;

import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.LearningRateSchedule;
import dev.tapedeck.train.Optimizer;

/**
 * The Adafactor optimizer, for large models: {@link Adam} without momentum, whose mean of squares
 * is kept as its sums over rows and over columns, so that it needs little memory.
 *
 * <pre>
 * rate(t) = min(rate, 1 / sqrt(t)),  decay(t) = 1 - t^beta2Decay              at step t, from 1
 * r = decay * r + (1 - decay) * mean(g^2 + epsilon1) over the last axis       slot r
 * c = decay * c + (1 - decay) * mean(g^2 + epsilon1) over the axis before it  slot c
 * v = r / mean(r) * c,  u = g / sqrt(v)
 * w = w - max(epsilon2, rms(w)) * rate(t) * u / max(1, rms(u) / clipThreshold)
 * </pre>
 *
 * <p>A variable of fewer than two axes keeps the mean of squares itself, the slot {@code velocity}.
 * As in Keras 3, {@code relativeStep} changes nothing, since the rate is never more than {@code 1 /
 * sqrt(t)}. N. Shazeer, M. Stern, "Adafactor: Adaptive Learning Rates with Sublinear Memory Cost",
 * ICML 2018.
 */
public final class Adafactor extends Optimizer {
  /**
   * The arguments of an Adafactor.
   *
   * @param learningRate learning rate of each step
   * @param beta2Decay power of the step by which the means forget, less than 0
   * @param epsilon1 constant added to the squares
   * @param epsilon2 least root mean square of a variable that a step counts with
   * @param clipThreshold largest root mean square of the direction, above 0
   * @param relativeStep whether the rate falls with the steps
   */
  public record Arguments(
      LearningRateSchedule learningRate,
      double beta2Decay,
      double epsilon1,
      double epsilon2,
      double clipThreshold,
      boolean relativeStep) {
    /** Checks the arguments. */
    public Arguments {
      Ranges.require("Adafactor", "beta2Decay", beta2Decay, beta2Decay < 0, "less than 0");
      Ranges.requireNotNegative("Adafactor", "epsilon1", epsilon1);
      Ranges.requireNotNegative("Adafactor", "epsilon2", epsilon2);
      Ranges.require("Adafactor", "clipThreshold", clipThreshold, clipThreshold > 0, "more than 0");
    }
  }

  private static final Pointwise MEAN =
      Pointwise.floating(
          Formula.of("adafactor/mean", 3, x -> x[1].plus(x[0].minus(x[1]).times(x[2]))));

  private Tensor decay;
  private Tensor relativeRate;

  /** Makes an optimizer with a learning rate of 0.001. */
  public Adafactor() {
    this(0.001);
  }

  /** Makes an optimizer. */
  public Adafactor(double learningRate) {
    this(LearningRateSchedule.constant(learningRate));
  }

  /** Makes an optimizer whose learning rate follows a schedule. */
  public Adafactor(LearningRateSchedule learningRate) {
    this(new Arguments(learningRate, -0.8, 1e-30, 1e-3, 1, true));
  }

  private Adafactor(Arguments arguments) {
    super(arguments.learningRate, arguments);
  }

  @Override
  public Arguments arguments() {
    return (Arguments) super.arguments();
  }

  /** Sets the power of the step by which the means forget; by default -0.8. */
  public Adafactor beta2Decay(double beta2Decay) {
    argument("beta2Decay", beta2Decay);
    return this;
  }

  /** Sets a constant added to the squares; by default 1e-30. */
  public Adafactor epsilon1(double epsilon1) {
    argument("epsilon1", epsilon1);
    return this;
  }

  /** Sets the least root mean square of a variable that a step counts with; by default 1e-3. */
  public Adafactor epsilon2(double epsilon2) {
    argument("epsilon2", epsilon2);
    return this;
  }

  /** Sets the largest root mean square of the direction; by default 1. */
  public Adafactor clipThreshold(double clipThreshold) {
    argument("clipThreshold", clipThreshold);
    return this;
  }

  /** Sets whether the rate falls with the steps; by default true. */
  public Adafactor relativeStep(boolean relativeStep) {
    argument("relativeStep", relativeStep);
    return this;
  }

  private static boolean isFactored(Variable variable) {
    return variable.shape().rank() >= 2;
  }

  @Override
  protected void build(Variable variable) {
    if (isFactored(variable)) {
      Variable _ = mean(variable, "r", -1);
      Variable _ = mean(variable, "c", -2);
    } else {
      Variable _ = slot(variable, "velocity");
    }
  }

  /** Returns the slot of a mean over an axis. */
  private Variable mean(Variable variable, String name, int axis) {
    return slot(variable, name, v -> Reductions.mean(Creation.zerosLike(v), axis));
  }

  @Override
  protected void beginStep(Tensor number) {
    Tensor t = Casting.cast(number, DType.FLOAT64);
    decay = t.pow(arguments().beta2Decay).neg().add(1);
    relativeRate = Maths.minimum(rate(DType.FLOAT64), Maths.rsqrt(t));
  }

  @Override
  protected void update(Variable variable, Tensor gradient) {
    Arguments a = arguments();
    DType dtype = variable.dtype();
    Tensor direction = gradient.mul(Maths.rsqrt(squares(variable, gradient)));
    Tensor clip = Maths.maximum(rms(direction).div(a.clipThreshold), 1);
    Tensor length = Maths.maximum(rms(variable.reading()), a.epsilon2);
    Tensor rate = Casting.cast(relativeRate, dtype).mul(length).div(clip);
    variable.assignSub(direction.mul(rate));
  }

  /** Updates the means, and returns the mean of squares of each element. */
  private Tensor squares(Variable variable, Tensor gradient) {
    Tensor present = Maths.square(gradient).add(arguments().epsilon1);
    if (!isFactored(variable)) {
      return decayed(slot(variable, "velocity"), present);
    }
    Tensor r = decayed(mean(variable, "r", -1), Reductions.mean(present, -1));
    Tensor c = decayed(mean(variable, "c", -2), Reductions.mean(present, -2));
    Tensor rows = r.div(Reductions.mean(r, true, -1));
    return Shaping.expandDims(rows, -1).mul(Shaping.expandDims(c, -2));
  }

  private Tensor decayed(Variable mean, Tensor present) {
    MEAN.into(mean, mean, present, Casting.cast(decay, mean.dtype()));
    return mean.reading();
  }

  private static Tensor rms(Tensor x) {
    return Maths.sqrt(Reductions.mean(Maths.square(x)));
  }
}
