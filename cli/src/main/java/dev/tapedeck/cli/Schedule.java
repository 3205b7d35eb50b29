package dev.tapedeck.cli;

import dev.tapedeck.optim.CosineDecay;
import dev.tapedeck.optim.ExponentialDecay;
import dev.tapedeck.optim.OneCycle;
import dev.tapedeck.optim.PolynomialDecay;
import dev.tapedeck.train.LearningRateSchedule;
import java.util.Locale;

/** The learning rates that a command offers, over the steps of a whole training. */
enum Schedule {
  CONSTANT,
  /** Half a cosine to 0. */
  COSINE,
  /** A hundredth of the rate at the end. */
  EXPONENTIAL,
  /** A line to 0. */
  LINEAR,
  /** A rise to the rate, and a fall far below. */
  ONECYCLE;

  LearningRateSchedule of(double rate, long steps) {
    return switch (this) {
      case CONSTANT -> LearningRateSchedule.constant(rate);
      case COSINE -> new CosineDecay(rate, steps);
      case EXPONENTIAL -> new ExponentialDecay(rate, steps, 0.01);
      case LINEAR -> new PolynomialDecay(rate, steps).endLearningRate(0);
      case ONECYCLE -> new OneCycle(rate, Math.max(steps, 2));
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
