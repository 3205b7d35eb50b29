package dev.tapedeck.checkpoint;

import dev.tapedeck.checkpoint.CheckpointManager.Best;
import dev.tapedeck.train.Callback;
import dev.tapedeck.train.Trainable;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Callback that saves the model and its optimizer after each complete epoch, {@code ckpt-1} and so
 * on in a folder: all of them, or those that are best by an entry of the logs:
 *
 * <pre>{@code
 * new ModelCheckpoint(Path.of("best")).keepBest("val_accuracy", Best.MAX, 1)
 * }</pre>
 *
 * <p>Checkpoints of an earlier training in the folder count as well. Restore with {@code
 * Checkpoint.of("model", model).expectPartial().restore(path)}.
 */
public final class ModelCheckpoint implements Callback {
  private final Path folder;
  private int kept = Integer.MAX_VALUE;
  private String monitor;
  private Best best;
  private CheckpointManager manager;

  /** Makes a callback that saves to a folder and keeps all checkpoints. */
  public ModelCheckpoint(Path folder) {
    this.folder = Objects.requireNonNull(folder, "ModelCheckpoint: the folder is null");
  }

  /** Keeps only the latest {@code count} checkpoints. */
  public ModelCheckpoint maxToKeep(int count) {
    kept = count;
    return this;
  }

  /**
   * Saves only after epochs that are among the best {@code count} so far, and keeps those.
   *
   * @param entry name in the logs, such as {@code val_loss}
   */
  public ModelCheckpoint keepBest(String entry, Best which, int count) {
    monitor = entry;
    best = which;
    kept = count;
    return this;
  }

  @Override
  public void onTrainBegin(Trainable<?, ?> model, Plan plan) {
    Checkpoint checkpoint = Checkpoint.of("model", model).and("optimizer", model.optimizer());
    manager = new CheckpointManager(checkpoint, folder).maxToKeep(kept);
    if (best != null) {
      manager.keepBest(best);
    }
  }

  @Override
  public void onEpochEnd(Trainable<?, ?> model, int epoch, Map<String, Double> logs) {
    if (model.progress().epoch() == epoch) {
      return; // it was interrupted
    }
    if (monitor == null) {
      manager.save();
      return;
    }
    Double value = logs.get(monitor);
    if (value == null) {
      throw new IllegalArgumentException(
          "ModelCheckpoint: the logs have no entry \""
              + monitor
              + "\"; there are "
              + logs.keySet());
    }
    if (manager.isAmongTheBest(value)) {
      manager.save(value);
    }
  }

  /** Returns the best checkpoint, or the latest without {@link #keepBest}. */
  public Optional<Path> bestCheckpoint() {
    if (manager == null) {
      throw new IllegalStateException("ModelCheckpoint: nothing was saved yet; call fit first");
    }
    return best == null ? manager.latestCheckpoint() : manager.bestCheckpoint();
  }
}
