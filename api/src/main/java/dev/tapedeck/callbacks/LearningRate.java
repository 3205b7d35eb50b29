package dev.tapedeck.callbacks;

import dev.tapedeck.tensor.Scope;
import dev.tapedeck.train.Trainable;
import java.util.Map;

/** The learning rate of a model's optimizer. */
final class LearningRate {
  private static final String NAME = "learning_rate";

  private LearningRate() {}

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
