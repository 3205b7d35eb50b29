package dev.tapedeck.optim;

import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.LearningRateSchedule;

/**
 * A learning rate that rises to a maximum and falls far below where it began, each along half a
 * cosine.
 *
 * <p>It rises from {@code max / divFactor} in the first {@code pctStart} of the steps, and falls to
 * {@code max / divFactor / finalDivFactor}, as PyTorch's {@code OneCycleLR} with its defaults. L.
 * Smith, N. Topin, "Super-Convergence: Very Fast Training of Neural Networks Using Large Learning
 * Rates", 2017.
 *
 * @param maxLearningRate largest rate
 * @param totalSteps length in steps, 2 or more
 * @param pctStart part of the steps in which the rate rises, in (0, 1)
 * @param divFactor largest rate divided by that of step 0
 * @param finalDivFactor rate of step 0 divided by the last one
 */
public record OneCycle(
    double maxLearningRate,
    long totalSteps,
    double pctStart,
    double divFactor,
    double finalDivFactor)
    implements LearningRateSchedule {
  /** Checks the arguments. */
  public OneCycle {
    Ranges.requireNotNegative("OneCycle", "maxLearningRate", maxLearningRate);
    Ranges.require("OneCycle", "totalSteps", totalSteps, totalSteps >= 2, "2 or more");
    Ranges.require("OneCycle", "pctStart", pctStart, pctStart > 0 && pctStart < 1, "in (0, 1)");
    Ranges.require("OneCycle", "divFactor", divFactor, divFactor > 0, "more than 0");
    Ranges.require("OneCycle", "finalDivFactor", finalDivFactor, finalDivFactor > 0, "more than 0");
  }

  /** Makes a schedule that rises in 0.3 of the steps, from a 25th. */
  public OneCycle(double maxLearningRate, long totalSteps) {
    this(maxLearningRate, totalSteps, 0.3, 25, 1e4);
  }

  /** Returns this schedule rising in another part of the steps; by default 0.3. */
  public OneCycle pctStart(double pctStart) {
    return new OneCycle(maxLearningRate, totalSteps, pctStart, divFactor, finalDivFactor);
  }

  /** Returns this schedule beginning at another part of the largest rate; by default a 25th. */
  public OneCycle divFactor(double divFactor) {
    return new OneCycle(maxLearningRate, totalSteps, pctStart, divFactor, finalDivFactor);
  }

  /** Returns this schedule ending at another part of the first rate; by default a 10,000th. */
  public OneCycle finalDivFactor(double finalDivFactor) {
    return new OneCycle(maxLearningRate, totalSteps, pctStart, divFactor, finalDivFactor);
  }

  @Override
  public Tensor at(Tensor step) {
    double first = maxLearningRate / divFactor;
    double peak = pctStart * totalSteps - 1;
    Tensor rising = cosine(first, maxLearningRate, step.div(peak));
    Tensor past = step.sub(peak).div(totalSteps - 1 - peak);
    Tensor falling = cosine(maxLearningRate, first / finalDivFactor, Maths.minimum(past, 1));
    return Logic.where(step.lessEqual(peak), rising, falling);
  }

  private static Tensor cosine(double from, double to, Tensor part) {
    return Maths.cos(part.mul(Math.PI)).add(1).mul((from - to) / 2).add(to);
  }
}
