package dev.tapedeck.optim;

import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.LearningRateSchedule;

/**
 * A learning rate that falls as a polynomial: {@code (initial - end) * (1 - step /
 * decaySteps)^power + end}, and stays at the end. In a cycle it begins again there, each time as
 * long as all cycles before and one more.
 *
 * @param initialLearningRate rate of step 0
 * @param decaySteps length of the decay in steps, more than 0
 * @param endLearningRate rate at the end
 * @param power power of the polynomial, 0 or more; 1 for a line
 * @param cycle whether to begin again at the end
 */
public record PolynomialDecay(
    double initialLearningRate,
    long decaySteps,
    double endLearningRate,
    double power,
    boolean cycle)
    implements LearningRateSchedule {
  /** Checks the arguments. */
  public PolynomialDecay {
    Ranges.requireNotNegative("PolynomialDecay", "initialLearningRate", initialLearningRate);
    Ranges.require("PolynomialDecay", "decaySteps", decaySteps, decaySteps > 0, "more than 0");
    Ranges.requireNotNegative("PolynomialDecay", "endLearningRate", endLearningRate);
    Ranges.requireNotNegative("PolynomialDecay", "power", power);
  }

  /** Makes a schedule with Keras's defaults. */
  public PolynomialDecay(double initialLearningRate, long decaySteps) {
    this(initialLearningRate, decaySteps, 1e-4, 1, false);
  }

  /** Returns this schedule with another rate at the end; by default 0.0001. */
  public PolynomialDecay endLearningRate(double endLearningRate) {
    return new PolynomialDecay(initialLearningRate, decaySteps, endLearningRate, power, cycle);
  }

  /** Returns this schedule with another power; by default 1. */
  public PolynomialDecay power(double power) {
    return new PolynomialDecay(initialLearningRate, decaySteps, endLearningRate, power, cycle);
  }

  /** Returns this schedule beginning again at its end, or not; by default not. */
  public PolynomialDecay cycle(boolean cycle) {
    return new PolynomialDecay(initialLearningRate, decaySteps, endLearningRate, power, cycle);
  }

  @Override
  public Tensor at(Tensor step) {
    Tensor length =
        cycle
            ? Maths.maximum(Maths.ceil(step.div((double) decaySteps)), 1).mul((double) decaySteps)
            : null;
    Tensor p = cycle ? step.div(length) : Maths.minimum(step.div((double) decaySteps), 1);
    return p.neg()
        .add(1)
        .pow(power)
        .mul(initialLearningRate - endLearningRate)
        .add(endLearningRate);
  }
}
