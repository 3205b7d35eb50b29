package dev.tapedeck.optim;

import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.LearningRateSchedule;

/**
 * A learning rate that falls along half a cosine and begins again, each time {@code tMul} times as
 * long and {@code mMul} times as high.
 *
 * <p>I. Loshchilov, F. Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", ICLR 2017.
 *
 * @param initialLearningRate rate of step 0
 * @param firstDecaySteps length of the first decay in steps, more than 0
 * @param tMul factor of the length at each restart, 1 or more
 * @param mMul factor of the rate at each restart
 * @param alpha part of the rate that remains at the end of each decay
 */
public record CosineDecayRestarts(
    double initialLearningRate, long firstDecaySteps, double tMul, double mMul, double alpha)
    implements LearningRateSchedule {
  /** Checks the arguments. */
  public CosineDecayRestarts {
    Ranges.requireNotNegative("CosineDecayRestarts", "initialLearningRate", initialLearningRate);
    Ranges.require(
        "CosineDecayRestarts",
        "firstDecaySteps",
        firstDecaySteps,
        firstDecaySteps > 0,
        "more than 0");
    Ranges.require("CosineDecayRestarts", "tMul", tMul, tMul >= 1, "1 or more");
    Ranges.requireNotNegative("CosineDecayRestarts", "mMul", mMul);
    Ranges.requireNotNegative("CosineDecayRestarts", "alpha", alpha);
  }

  /** Makes a schedule with Keras's defaults. */
  public CosineDecayRestarts(double initialLearningRate, long firstDecaySteps) {
    this(initialLearningRate, firstDecaySteps, 2, 1, 0);
  }

  /** Returns this schedule with another factor of the length; by default 2. */
  public CosineDecayRestarts tMul(double tMul) {
    return new CosineDecayRestarts(initialLearningRate, firstDecaySteps, tMul, mMul, alpha);
  }

  /** Returns this schedule with another factor of the rate; by default 1. */
  public CosineDecayRestarts mMul(double mMul) {
    return new CosineDecayRestarts(initialLearningRate, firstDecaySteps, tMul, mMul, alpha);
  }

  /** Returns this schedule with another part of the rate that remains; by default 0. */
  public CosineDecayRestarts alpha(double alpha) {
    return new CosineDecayRestarts(initialLearningRate, firstDecaySteps, tMul, mMul, alpha);
  }

  /** What keeps a restart at its step, where the logarithm is rounded. */
  private static final double ROUNDING = 1e-9;

  @Override
  public Tensor at(Tensor step) {
    Tensor elapsed = step.div((double) firstDecaySteps);
    Tensor restarts =
        tMul == 1
            ? Maths.floor(elapsed)
            : Maths.floor(
                Maths.log(elapsed.mul(tMul - 1).add(1)).div(Math.log(tMul)).add(ROUNDING));
    Tensor length = Maths.pow(tMul, restarts);
    Tensor before = tMul == 1 ? restarts : length.sub(1).div(tMul - 1);
    Tensor p = elapsed.sub(before).div(length);
    Tensor cosine = Maths.cos(p.mul(Math.PI)).add(1).mul(0.5).mul(Maths.pow(mMul, restarts));
    return cosine.mul(1 - alpha).add(alpha).mul(initialLearningRate);
  }
}
