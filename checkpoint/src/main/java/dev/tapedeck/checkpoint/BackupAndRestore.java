package dev.tapedeck.checkpoint;

import dev.tapedeck.train.Callback;
import dev.tapedeck.train.Model;
import java.nio.file.Path;
import java.util.Map;

/**
 * Saves a training, so that the same {@code fit} started again in another process goes on where
 * this one was interrupted, and ends with the same numbers to the last bit: weights, optimizer,
 * metrics, order of the data, random draws.
 *
 * <p>It saves after each epoch, and when the training is stopped. What was saved is removed when
 * the last epoch has ended, unless {@link #keep} is asked for.
 *
 * <p>The dataset must be deterministic; if it is no {@link dev.tapedeck.tensor.Trackable}, as
 * pipelines are, the batches of the interrupted epoch are read again and dropped.
 */
public final class BackupAndRestore implements Callback {
  private final Path folder;
  private int kept = 1;
  private boolean removing = true;
  private long steps = Long.MAX_VALUE;
  private CheckpointManager manager;
  private Plan plan;

  /** Makes a callback that saves to a folder. */
  public BackupAndRestore(Path folder) {
    this.folder = folder;
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
  public void onTrainBegin(Model model, Plan planned) {
    plan = planned;
    manager = new CheckpointManager(checkpoint(model), folder).maxToKeep(kept);
    manager.restoreLatest();
  }

  @Override
  public void onTrainBatchEnd(Model model, int step, Map<String, Double> logs) {
    if (model.optimizer().iterations().reading().item() % steps == 0) {
      manager.save();
    }
  }

  @Override
  public void onEpochEnd(Model model, int epoch, Map<String, Double> logs) {
    manager.save();
  }

  @Override
  public void onTrainEnd(Model model) {
    if (removing && model.progress().epoch() == plan.epochs()) {
      manager.checkpoints().forEach(CheckpointFolder::delete);
      CheckpointFolder.at(folder).clear();
    }
  }
}
