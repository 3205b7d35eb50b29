package dev.tapedeck.optim;

import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.LearningRateSchedule;

/**
 * A learning rate that rises on a line from 0 to the first rate of another schedule, which then
 * begins.
 *
 * @param schedule schedule after the warm-up
 * @param warmupSteps length of the warm-up in steps, more than 0
 */
public record Warmup(LearningRateSchedule schedule, long warmupSteps)
    implements LearningRateSchedule {
  /** Checks the arguments. */
  public Warmup {
    Ranges.require("Warmup", "warmupSteps", warmupSteps, warmupSteps > 0, "more than 0");
  }

  /** Makes a schedule that stays at a rate after the warm-up. */
  public Warmup(double learningRate, long warmupSteps) {
    this(LearningRateSchedule.constant(learningRate), warmupSteps);
  }

  @Override
  public Tensor at(Tensor step) {
    Tensor after = schedule.at(Maths.maximum(step.sub((double) warmupSteps), 0));
    return after.mul(Maths.minimum(step.div((double) warmupSteps), 1));
  }
}
