package dev.tapedeck.optim;

import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.LearningRateSchedule;

/**
 * A learning rate that falls with the inverse of time: {@code initial / (1 + decayRate * step /
 * decaySteps)}; in stairs, {@code step / decaySteps} is rounded down.
 *
 * @param initialLearningRate rate of step 0
 * @param decaySteps length of the decay in steps, more than 0
 * @param decayRate factor of the decay
 * @param staircase whether the rate falls in stairs of {@code decaySteps}
 */
public record InverseTimeDecay(
    double initialLearningRate, long decaySteps, double decayRate, boolean staircase)
    implements LearningRateSchedule {
  /** Checks the arguments. */
  public InverseTimeDecay {
    Ranges.requireNotNegative("InverseTimeDecay", "initialLearningRate", initialLearningRate);
    Ranges.require("InverseTimeDecay", "decaySteps", decaySteps, decaySteps > 0, "more than 0");
    Ranges.requireNotNegative("InverseTimeDecay", "decayRate", decayRate);
  }

  /** Makes a schedule with Keras's defaults. */
  public InverseTimeDecay(double initialLearningRate, long decaySteps, double decayRate) {
    this(initialLearningRate, decaySteps, decayRate, false);
  }

  /** Returns this schedule falling in stairs, or not. */
  public InverseTimeDecay staircase(boolean staircase) {
    return new InverseTimeDecay(initialLearningRate, decaySteps, decayRate, staircase);
  }

  @Override
  public Tensor at(Tensor step) {
    Tensor p = step.div((double) decaySteps);
    Tensor stairs = staircase ? Maths.floor(p) : p;
    return Maths.reciprocal(stairs.mul(decayRate).add(1)).mul(initialLearningRate);
  }
}
