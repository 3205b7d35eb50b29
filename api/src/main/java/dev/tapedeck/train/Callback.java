package dev.tapedeck.train;

import java.util.Map;

/**
 * A listener that {@code fit} notifies of a training's progress; every method does nothing by
 * default.
 *
 * <p>Logs are the present values of loss and metrics by name; the names of the validation data's
 * begin with {@code val_}. A callback stops the training with {@link Trainable#stopTraining}.
 */
public interface Callback {
  /**
   * The length of a training.
   *
   * @param epochs passes over the data
   * @param steps batches per epoch, or {@link Dataset#UNKNOWN}
   */
  record Plan(int epochs, long steps) {}

  /** Called before the first epoch. */
  default void onTrainBegin(Trainable<?, ?> model, Plan plan) {}

  /** Called after the last epoch, also when training was stopped. */
  default void onTrainEnd(Trainable<?, ?> model) {}

  /** Called before an epoch; the first is 0. */
  default void onEpochBegin(Trainable<?, ?> model, int epoch) {}

  /**
   * Called after an epoch, with validation results in the logs; also after one that was stopped,
   * which then is still {@link TrainingState#epoch}.
   */
  default void onEpochEnd(Trainable<?, ?> model, int epoch, Map<String, Double> logs) {}

  /**
   * Called before the training is saved, see {@link TrainingState#saveAfterCallbacks}: a training
   * resumed from there does not repeat the notifications so far.
   */
  default void onSave(Trainable<?, ?> model) {}

  /** Called after a training step; the first of an epoch is 0. */
  default void onTrainBatchEnd(Trainable<?, ?> model, int step, Map<String, Double> logs) {}
}
