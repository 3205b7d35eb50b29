package dev.tapedeck.optim;

import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.LearningRateSchedule;

/**
 * A learning rate that falls by a factor: {@code initial * decayRate^(step / decaySteps)}; in
 * stairs, {@code step / decaySteps} is rounded down.
 *
 * @param initialLearningRate rate of step 0
 * @param decaySteps length of the decay in steps, more than 0
 * @param decayRate factor of the decay
 * @param staircase whether the rate falls in stairs of {@code decaySteps}
 */
public record ExponentialDecay(
    double initialLearningRate, long decaySteps, double decayRate, boolean staircase)
    implements LearningRateSchedule {
  /** Checks the arguments. */
  public ExponentialDecay {
    Ranges.requireNotNegative("ExponentialDecay", "initialLearningRate", initialLearningRate);
    Ranges.require("ExponentialDecay", "decaySteps", decaySteps, decaySteps > 0, "more than 0");
    Ranges.requireNotNegative("ExponentialDecay", "decayRate", decayRate);
  }

  /** Makes a schedule with Keras's defaults. */
  public ExponentialDecay(double initialLearningRate, long decaySteps, double decayRate) {
    this(initialLearningRate, decaySteps, decayRate, false);
  }

  /** Returns this schedule falling in stairs, or not. */
  public ExponentialDecay staircase(boolean staircase) {
    return new ExponentialDecay(initialLearningRate, decaySteps, decayRate, staircase);
  }

  @Override
  public Tensor at(Tensor step) {
    Tensor p = step.div((double) decaySteps);
    Tensor stairs = staircase ? Maths.floor(p) : p;
    return Maths.pow(decayRate, stairs).mul(initialLearningRate);
  }
}
