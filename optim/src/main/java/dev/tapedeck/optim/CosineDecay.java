package dev.tapedeck.optim;

import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.LearningRateSchedule;

/**
 * A learning rate that falls along half a cosine: {@code initial * ((1 - alpha) * (1 + cos(pi *
 * step / decaySteps)) / 2 + alpha)}, and stays at the end.
 *
 * <p>With a warm-up it rises on a line from the initial rate to {@code warmupTarget} in {@code
 * warmupSteps}, and falls from there. I. Loshchilov, F. Hutter, "SGDR: Stochastic Gradient Descent
 * with Warm Restarts", ICLR 2017.
 *
 * @param initialLearningRate rate of step 0
 * @param decaySteps length of the decay in steps, more than 0
 * @param alpha part of the rate that remains at the end
 * @param warmupTarget rate after the warm-up; null for none
 * @param warmupSteps length of the warm-up in steps
 */
public record CosineDecay(
    double initialLearningRate,
    long decaySteps,
    double alpha,
    Double warmupTarget,
    long warmupSteps)
    implements LearningRateSchedule {
  /** Checks the arguments. */
  public CosineDecay {
    Ranges.requireNotNegative("CosineDecay", "initialLearningRate", initialLearningRate);
    Ranges.require("CosineDecay", "decaySteps", decaySteps, decaySteps > 0, "more than 0");
    Ranges.requireNotNegative("CosineDecay", "alpha", alpha);
    Ranges.require(
        "CosineDecay",
        "warmupTarget",
        warmupTarget,
        warmupTarget == null || warmupTarget >= 0,
        "0 or more");
    Ranges.require(
        "CosineDecay",
        "warmupSteps",
        warmupSteps,
        warmupTarget == null || warmupSteps > 0,
        "more than 0");
  }

  /** Makes a schedule with Keras's defaults. */
  public CosineDecay(double initialLearningRate, long decaySteps) {
    this(initialLearningRate, decaySteps, 0, null, 0);
  }

  /** Returns this schedule with another part of the rate that remains; by default 0. */
  public CosineDecay alpha(double alpha) {
    return new CosineDecay(initialLearningRate, decaySteps, alpha, warmupTarget, warmupSteps);
  }

  /** Returns this schedule with a warm-up from the initial rate to another. */
  public CosineDecay warmup(double warmupTarget, long warmupSteps) {
    return new CosineDecay(initialLearningRate, decaySteps, alpha, warmupTarget, warmupSteps);
  }

  @Override
  public Tensor at(Tensor step) {
    if (warmupTarget == null) {
      return decayed(step, initialLearningRate);
    }
    Tensor rising =
        step.mul((warmupTarget - initialLearningRate) / warmupSteps).add(initialLearningRate);
    Tensor falling = decayed(step.sub((double) warmupSteps), warmupTarget);
    return Logic.where(step.less((double) warmupSteps), rising, falling);
  }

  private Tensor decayed(Tensor step, double from) {
    Tensor p = Maths.minimum(step.div((double) decaySteps), 1);
    Tensor cosine = Maths.cos(p.mul(Math.PI)).add(1).mul(0.5);
    return cosine.mul(1 - alpha).add(alpha).mul(from);
  }
}
