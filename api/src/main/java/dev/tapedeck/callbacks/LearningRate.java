package dev.tapedeck.callbacks;

import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.train.LearningRateSchedule;
import dev.tapedeck.train.Trainable;
import java.util.Map;

/** The learning rate of a model's optimizer. */
final class LearningRate {
  private static final String NAME = "learning_rate";

  private LearningRate() {}

  /** Checks that the rate may be assigned to. */
  static void requireNumber(String who, Trainable<?, ?> model) {
    LearningRateSchedule schedule = model.optimizer().schedule();
    if (!(schedule instanceof LearningRateSchedule.Constant)) {
      throw Refusal.of(
          who,
          "needs an optimizer whose learning rate is a number",
          schedule,
          "give the optimizer a number, or leave out this callback");
    }
  }

  static double of(Trainable<?, ?> model) {
    return model.optimizer().learningRate().memory().item();
  }

  static void set(Trainable<?, ?> model, double rate) {
    try (Scope scope = new Scope()) {
      model.optimizer().learningRate().assign((float) rate);
    }
  }

  /** Adds the rate to the logs of an epoch. */
  static void log(Trainable<?, ?> model, Map<String, Double> logs) {
    logs.put(NAME, of(model));
  }
}
