package dev.tapedeck.checkpoint;

import dev.tapedeck.train.Callback;
import dev.tapedeck.train.Model;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/**
 * Saves a training, so that the same {@code fit} started again in another process goes on where
 * this one was interrupted, and ends with the same numbers to the last bit: weights, optimizer,
 * metrics, order of the data, random draws.
 *
 * <p>It saves after each epoch, and when the training is stopped. What was saved is removed when
 * the last epoch has ended, unless {@link #keep} is asked for. A training that somebody stopped
 * before, be it a callback that had seen enough, is gone on with by whoever uses the folder next.
 * Of damaged checkpoints, with a warning, the one before is taken.
 *
 * <p>It saves what the other callbacks have done, wherever it is listed, and after their {@link
 * Callback#onSave}.
 *
 * <p>The dataset must be deterministic; if it is no {@link dev.tapedeck.tracking.Trackable}, as
 * pipelines are, the batches of the interrupted epoch are read again and dropped.
 */
public final class BackupAndRestore implements Callback {
  private final Path folder;
  private int kept = 1;
  private boolean removing = true;
  private long steps = Long.MAX_VALUE;
  private long taken;
  private CheckpointManager manager;

  /** Makes a callback that saves to a folder. */
  public BackupAndRestore(Path folder) {
    this.folder = Objects.requireNonNull(folder, "BackupAndRestore: the folder is null");
  }

  /**
   * Saves also after so many steps.
   *
   * @throws IllegalArgumentException if it is below 1
   */
  public BackupAndRestore saveEvery(long count) {
    if (count < 1) {
      throw new IllegalArgumentException(
          "BackupAndRestore: saveEvery must be 1 or more, received " + count);
    }
    steps = count;
    return this;
  }

  /** Keeps so many of the latest checkpoints, also when the training has ended. */
  public BackupAndRestore keep(int count) {
    kept = count;
    removing = false;
    return this;
  }

  /** Returns what is saved of a training: the model, its optimizer and its progress. */
  static Checkpoint checkpoint(Model model) {
    return Checkpoint.of("model", model)
        .and("optimizer", model.optimizer())
        .and("progress", model.progress());
  }

  @Override
  public void onTrainBegin(Model model, Plan plan) {
    taken = 0;
    boolean again = manager != null; // another fit in this process is another training
    manager =
        new CheckpointManager(checkpoint(model), folder, removing ? "backup" : "ckpt")
            .maxToKeep(kept);
    if (!again) {
      manager.restoreLatestIntact();
    }
  }

  @Override
  public void onTrainBatchEnd(Model model, int step, Map<String, Double> logs) {
    if (++taken % steps == 0) {
      model.progress().saveAfterCallbacks(manager::save);
    }
  }

  @Override
  public void onEpochEnd(Model model, int epoch, Map<String, Double> logs) {
    // Without a step there is nothing new, and a model that was never called has no variables yet.
    if (taken > 0) {
      model.progress().saveAfterCallbacks(manager::save);
    }
  }

  @Override
  public void onTrainEnd(Model model) {
    if (removing && model.progress().isComplete()) {
      manager.removeAll();
    }
  }
}
