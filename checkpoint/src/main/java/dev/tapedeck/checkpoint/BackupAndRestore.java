package dev.tapedeck.checkpoint;

import dev.tapedeck.train.Callback;
import dev.tapedeck.train.Trainable;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/**
 * Callback that saves a training, so that the same {@code fit} in another process resumes where
 * this one was interrupted and ends with the same bits: weights, optimizer, metrics, order of the
 * data, random draws.
 *
 * <p>It saves after each epoch, and when the training is stopped. The checkpoints are removed after
 * the last epoch, unless {@link #keep} is set. A training that was stopped earlier is resumed by
 * the next training with this folder; one that {@link dev.tapedeck.callbacks.EarlyStopping} ended
 * ends again at once. If a checkpoint is damaged, the one before is restored, with a warning.
 *
 * <p>It saves after all other callbacks have run, wherever it is in the list, and after their
 * {@link Callback#onSave}.
 *
 * <p>The dataset must be deterministic. If it is not {@link dev.tapedeck.tracking.Trackable}
 * (pipelines are), the batches of the interrupted epoch are read again and skipped.
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
   * Also saves after every {@code count} steps.
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

  /** Keeps the latest {@code count} checkpoints, also after the end of the training. */
  public BackupAndRestore keep(int count) {
    kept = count;
    removing = false;
    return this;
  }

  /** Returns what is saved of a training: the model, its optimizer and its progress. */
  static Checkpoint checkpoint(Trainable<?, ?> model) {
    return Checkpoint.of("model", model)
        .and("optimizer", model.optimizer())
        .and("progress", model.progress());
  }

  @Override
  public void onTrainBegin(Trainable<?, ?> model, Plan plan) {
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
  public void onTrainBatchEnd(Trainable<?, ?> model, int step, Map<String, Double> logs) {
    if (++taken % steps == 0) {
      model.progress().saveAfterCallbacks(manager::save);
    }
  }

  @Override
  public void onEpochEnd(Trainable<?, ?> model, int epoch, Map<String, Double> logs) {
    // Without a step there is nothing new, and a model that was never called has no variables yet.
    if (taken > 0) {
      model.progress().saveAfterCallbacks(manager::save);
    }
  }

  @Override
  public void onTrainEnd(Trainable<?, ?> model, Map<String, Double> logs) {
    if (removing && model.progress().isComplete()) {
      manager.removeAll();
    }
  }
}
