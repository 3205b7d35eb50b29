package dev.tapedeck.train;

import java.util.Map;

/**
 * Is told of a training's progress; every method does nothing by itself.
 *
 * <p>Logs are the names and present values of loss and metrics, {@code val_} in front of those of
 * the validation data. A callback stops the training with {@link Model#stopTraining}.
 */
public interface Callback {
  /**
   * What {@code fit} is about to do.
   *
   * @param epochs how many passes over the data
   * @param steps batches a pass, or {@link Dataset#UNKNOWN}
   */
  record Plan(int epochs, long steps) {}

  /** Called before the first epoch. */
  default void onTrainBegin(Model model, Plan plan) {}

  /** Called after the last epoch, also when training was stopped. */
  default void onTrainEnd(Model model) {}

  /** Called before an epoch; the first is 0. */
  default void onEpochBegin(Model model, int epoch) {}

  /**
   * Called after an epoch, with validation results in the logs; also after one that was broken off,
   * in which {@link TrainingState#epoch} still is.
   */
  default void onEpochEnd(Model model, int epoch, Map<String, Double> logs) {}

  /**
   * Called before the training is saved, see {@link TrainingState#saveAfterCallbacks}: what it was
   * told so far will not be told again when the training goes on from there.
   */
  default void onSave(Model model) {}

  /** Called after a training step; the first of an epoch is 0. */
  default void onTrainBatchEnd(Model model, int step, Map<String, Double> logs) {}
}
