package dev.tapedeck.train;

import java.util.Map;

/**
 * A listener that {@code fit}, {@code evaluate} and {@code predict} notify of their progress; every
 * method does nothing by default.
 *
 * <p>Logs are the present values of loss and metrics by name, computed when one of them is asked
 * for; the names of the validation data's begin with {@code val_}. A callback stops the training
 * with {@link Trainable#stopTraining}, from any method. The validation of a {@code fit} is an
 * evaluation of which its callbacks are notified, too.
 *
 * <p>What a callback throws comes out of {@code fit}, {@code evaluate} or {@code predict}, after
 * all callbacks were notified of the end; what they then throw is suppressed.
 */
public interface Callback {
  /**
   * The length of a training.
   *
   * @param epochs epoch that the training ends before; passes over the data, if it begins at 0
   * @param steps batches per epoch, or {@link Dataset#UNKNOWN}
   */
  record Plan(int epochs, long steps) {}

  /** Called before the first epoch. */
  default void onTrainBegin(Trainable<?, ?> model, Plan plan) {}

  /**
   * Called after the last epoch, also when training was stopped or failed.
   *
   * @param logs those of the latest epoch; empty if none ended
   */
  default void onTrainEnd(Trainable<?, ?> model, Map<String, Double> logs) {}

  /** Called before an epoch; the first is 0. */
  default void onEpochBegin(Trainable<?, ?> model, int epoch) {}

  /**
   * Called after an epoch, with validation results in the logs; also after one that was stopped,
   * which then is still {@link TrainingState#epoch}. What a callback adds to the logs, those after
   * it and the history have, too.
   */
  default void onEpochEnd(Trainable<?, ?> model, int epoch, Map<String, Double> logs) {}

  /**
   * Called before the training is saved, see {@link TrainingState#saveAfterCallbacks}: a training
   * resumed from there does not repeat the notifications so far.
   */
  default void onSave(Trainable<?, ?> model) {}

  /** Called before a training step; the first of an epoch is 0. */
  default void onTrainBatchBegin(Trainable<?, ?> model, int step) {}

  /** Called after a training step; the first of an epoch is 0. */
  default void onTrainBatchEnd(Trainable<?, ?> model, int step, Map<String, Double> logs) {}

  /** Called before the first batch of an evaluation. */
  default void onTestBegin(Trainable<?, ?> model) {}

  /** Called after an evaluation, with its results; without any if it was stopped or failed. */
  default void onTestEnd(Trainable<?, ?> model, Map<String, Double> logs) {}

  /** Called before a batch of an evaluation; the first is 0. */
  default void onTestBatchBegin(Trainable<?, ?> model, int step) {}

  /** Called after a batch of an evaluation; the first is 0. */
  default void onTestBatchEnd(Trainable<?, ?> model, int step, Map<String, Double> logs) {}

  /** Called before the first batch of a prediction. */
  default void onPredictBegin(Trainable<?, ?> model) {}

  /** Called after a prediction, also when it failed. */
  default void onPredictEnd(Trainable<?, ?> model) {}

  /** Called before a batch of a prediction; the first is 0. */
  default void onPredictBatchBegin(Trainable<?, ?> model, int step) {}

  /**
   * Called after a batch of a prediction; the first is 0.
   *
   * @param outputs the model's output for the batch, released when {@code predict} returns
   */
  default void onPredictBatchEnd(Trainable<?, ?> model, int step, Object outputs) {}
}
