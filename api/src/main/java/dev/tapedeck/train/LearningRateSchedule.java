package dev.tapedeck.train;

import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;

/**
 * A learning rate as a function of the step, which is computed with ops: part of a traced training
 * step, so that it changes without a retrace.
 *
 * <pre>{@code
 * Optimizer optimizer = new SGD(new CosineDecay(0.1, 10_000));
 * Optimizer halving = new SGD(step -> step.mul(-1e-3).exp().mul(0.1));
 * }</pre>
 */
@FunctionalInterface
public interface LearningRateSchedule {
  /**
   * Returns the learning rate of a step.
   *
   * @param step number of steps before this one, from 0: float64, a scalar
   * @return a scalar of float64, 0 or more
   */
  Tensor at(Tensor step);

  /**
   * Returns a rate that is the same for all steps, unless the optimizer's {@code learningRate} is
   * assigned to.
   *
   * @throws IllegalArgumentException if the rate is negative or not finite
   */
  static LearningRateSchedule constant(double rate) {
    return new Constant(rate);
  }

  /** A rate that is the same for all steps. */
  record Constant(double rate) implements LearningRateSchedule {
    /** Checks the rate. */
    public Constant {
      if (!(rate >= 0 && Double.isFinite(rate))) {
        throw Refusal.of(
            "optimizer",
            "the learning rate must be 0 or more",
            rate,
            "choose a small one, as 0.001");
      }
    }

    @Override
    public Tensor at(Tensor step) {
      return Creation.fullLike(step, rate);
    }

    /** Returns the rate alone: {@code 0.001}. */
    @Override
    public String toString() {
      return Double.toString(rate);
    }
  }
}
