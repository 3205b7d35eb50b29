package dev.tapedeck.train;

import dev.tapedeck.tensor.Refusal;
import java.util.stream.Stream;

/**
 * The arguments that all optimizers have, with Keras's names and defaults; null where an argument
 * is not set.
 *
 * @param weightDecay fraction of a variable, times the learning rate, that each step takes away
 * @param clipnorm largest norm of each gradient
 * @param clipvalue largest absolute value of each element of a gradient
 * @param globalClipnorm largest norm of all gradients together
 * @param useEma whether to keep an exponential moving average of each variable
 * @param emaMomentum weight of the former average, in [0, 1]
 * @param emaOverwriteFrequency number of steps after which variables are set to their averages
 * @param lossScaleFactor factor of the loss, by which the gradients are divided
 * @param gradientAccumulationSteps number of gradients whose mean makes one step, 2 or more
 */
public record OptimizerOptions(
    Double weightDecay,
    Double clipnorm,
    Double clipvalue,
    Double globalClipnorm,
    boolean useEma,
    double emaMomentum,
    Integer emaOverwriteFrequency,
    Double lossScaleFactor,
    Integer gradientAccumulationSteps) {
  static final OptimizerOptions DEFAULT =
      new OptimizerOptions(null, null, null, null, false, 0.99, null, null, null);

  /** Checks the arguments. */
  public OptimizerOptions {
    require(weightDecay == null || weightDecay >= 0, "weightDecay", "0 or more", weightDecay);
    require(isPositive(clipnorm), "clipnorm", "more than 0", clipnorm);
    require(isPositive(clipvalue), "clipvalue", "more than 0", clipvalue);
    require(isPositive(globalClipnorm), "globalClipnorm", "more than 0", globalClipnorm);
    require(emaMomentum >= 0 && emaMomentum <= 1, "emaMomentum", "in [0, 1]", emaMomentum);
    require(
        emaOverwriteFrequency == null || emaOverwriteFrequency >= 1,
        "emaOverwriteFrequency",
        "1 or more",
        emaOverwriteFrequency);
    require(isPositive(lossScaleFactor), "lossScaleFactor", "more than 0", lossScaleFactor);
    require(
        gradientAccumulationSteps == null || gradientAccumulationSteps >= 2,
        "gradientAccumulationSteps",
        "2 or more",
        gradientAccumulationSteps);
    if (Stream.of(clipnorm, clipvalue, globalClipnorm).filter(clip -> clip != null).count() > 1) {
      throw Refusal.of(
          "optimizer",
          "gradients are clipped in one way",
          "clipnorm "
              + clipnorm
              + ", clipvalue "
              + clipvalue
              + ", globalClipnorm "
              + globalClipnorm,
          "set one of them");
    }
  }

  private static boolean isPositive(Double value) {
    return value == null || (value > 0 && Double.isFinite(value));
  }

  private static void require(boolean fits, String name, String range, Object received) {
    if (!fits) {
      throw Refusal.of(
          "optimizer", name + " must be " + range, received, "leave it out for Keras's default");
    }
  }
}
