package dev.tapedeck.checkpoint;

import dev.tapedeck.callbacks.Monitor;
import dev.tapedeck.checkpoint.CheckpointManager.Best;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tracking.Trackable;
import dev.tapedeck.train.Callback;
import dev.tapedeck.train.Trainable;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Callback that saves the model and its optimizer after each complete epoch: all of them, or those
 * that are best by an entry of the logs:
 *
 * <pre>{@code
 * new ModelCheckpoint(Path.of("best/{epoch:02d}-{val_loss:.2f}")).saveBestOnly(true)
 * new ModelCheckpoint(Path.of("best")).keepBest("val_accuracy", Best.MAX, 3)   // best/ckpt-1, ..
 * }</pre>
 *
 * <p>A path whose last part has names of numbers, {@code epoch} and {@code batch} from 1 and those
 * of the logs, is that of a checkpoint, and an earlier one of the same name is replaced. Any other
 * path is a folder for {@code ckpt-1} and so on, where checkpoints of an earlier training count as
 * well. Restore with {@code Checkpoint.of("model", model).expectPartial().restore(path)}.
 */
public final class ModelCheckpoint implements Callback, Trackable {
  private static final String NAME = "ModelCheckpoint";

  private final Path path;
  private final Variable best = Variable.untrainable(Double.NaN, "best");
  private final Variable steps = Variable.untrainable(0L, "steps");
  private int kept = Integer.MAX_VALUE;
  private Monitor monitor = new Monitor("val_loss");
  private boolean saveBestOnly;
  private boolean saveWeightsOnly;
  private int saveFreq;
  private Best keptBest;
  private transient Checkpoint checkpoint;
  private transient CheckpointManager manager;
  private Path latest;

  /** Makes a callback that saves to a folder, or to files whose names have numbers. */
  public ModelCheckpoint(Path path) {
    this.path = Objects.requireNonNull(path, "ModelCheckpoint: the path is null");
  }

  /** Keeps only the latest {@code count} checkpoints of the folder. */
  public ModelCheckpoint maxToKeep(int count) {
    requireFolder("maxToKeep");
    kept = count;
    return this;
  }

  /**
   * Saves only after epochs that are among the best {@code count} so far, and keeps those in the
   * folder.
   *
   * @param entry name in the logs, such as {@code val_loss}
   */
  public ModelCheckpoint keepBest(String entry, Best which, int count) {
    requireFolder("keepBest");
    monitor = new Monitor(entry).mode(which == Best.MIN ? Monitor.Mode.MIN : Monitor.Mode.MAX);
    keptBest = which;
    kept = count;
    return this;
  }

  private void requireFolder(String option) {
    if (FilePattern.isIn(path)) {
      throw Refusal.of(
          NAME,
          option + " is for checkpoints that are numbered in a folder",
          path,
          "give a folder, or leave " + option + " out");
    }
  }

  /** Sets the entry of the logs that {@link #saveBestOnly} watches; by default {@code val_loss}. */
  public ModelCheckpoint monitor(String entry) {
    monitor = new Monitor(entry, monitor.mode(), 0);
    return this;
  }

  /** Sets which values are better; by default those that the entry's metric says. */
  public ModelCheckpoint mode(Monitor.Mode mode) {
    monitor = monitor.mode(mode);
    return this;
  }

  /** Sets whether it saves only what is better than all before; by default false. */
  public ModelCheckpoint saveBestOnly(boolean only) {
    saveBestOnly = only;
    return this;
  }

  /** Sets whether it saves the model without its optimizer; by default false. */
  public ModelCheckpoint saveWeightsOnly(boolean only) {
    saveWeightsOnly = only;
    return this;
  }

  /**
   * Saves after every {@code batches} steps, not after epochs.
   *
   * @throws IllegalArgumentException if it is below 1
   */
  public ModelCheckpoint saveFreq(int batches) {
    if (batches < 1) {
      throw Refusal.of(NAME, "saveFreq is 1 or more steps", batches, "leave it out for epochs");
    }
    saveFreq = batches;
    return this;
  }

  /** Sets a value that the first of the best must be better than; by default none. */
  public ModelCheckpoint initialValueThreshold(double value) {
    set(best, value);
    return this;
  }

  @Override
  public void onTrainBegin(Trainable<?, ?> model, Plan plan) {
    checkpoint = Checkpoint.of("model", model);
    if (!saveWeightsOnly) {
      checkpoint = checkpoint.and("optimizer", model.optimizer());
    }
    if (!FilePattern.isIn(path)) {
      manager = new CheckpointManager(checkpoint, path).maxToKeep(kept);
      if (keptBest != null) {
        manager.keepBest(keptBest);
      }
    }
  }

  @Override
  public void onTrainBatchEnd(Trainable<?, ?> model, int step, Map<String, Double> logs) {
    if (saveFreq > 0) {
      long taken = (long) steps.memory().item() + 1;
      set(steps, taken % saveFreq);
      if (taken == saveFreq) {
        Map<String, Number> numbers = new LinkedHashMap<>();
        numbers.put("epoch", model.progress().epoch() + 1);
        numbers.put("batch", step + 1);
        save(model, numbers, logs);
      }
    }
  }

  @Override
  public void onEpochEnd(Trainable<?, ?> model, int epoch, Map<String, Double> logs) {
    boolean interrupted = model.progress().epoch() == epoch;
    if (saveFreq == 0 && !interrupted) {
      save(model, new LinkedHashMap<>(Map.of("epoch", epoch + 1)), logs);
    }
  }

  private void save(Trainable<?, ?> model, Map<String, Number> numbers, Map<String, Double> logs) {
    double value = Double.NaN;
    if (saveBestOnly || keptBest != null) {
      OptionalDouble present = monitor.value(NAME, model, logs);
      value = present.orElse(Double.NaN);
      if (present.isEmpty() || !isToBeSaved(model, value)) {
        return;
      }
    }
    if (manager != null) {
      manager.save(value);
      return;
    }
    logs.forEach(numbers::putIfAbsent);
    latest = new FilePattern(path).of(numbers);
    checkpoint.write(latest);
    CheckpointFolder.of(latest).add(latest);
  }

  private boolean isToBeSaved(Trainable<?, ?> model, double value) {
    if (keptBest != null) {
      return manager.isAmongTheBest(value);
    }
    boolean better = monitor.isBetter(NAME, model, value, best.memory().item());
    if (better) {
      set(best, value);
    }
    return better;
  }

  private static void set(Variable variable, Object value) {
    try (Scope scope = new Scope()) {
      variable.assign(value);
    }
  }

  /** Returns the best checkpoint of {@link #keepBest}, else the latest. */
  public Optional<Path> bestCheckpoint() {
    if (checkpoint == null) {
      throw new IllegalStateException("ModelCheckpoint: nothing was saved yet; call fit first");
    }
    if (manager == null) {
      return Optional.ofNullable(latest);
    }
    return keptBest == null ? manager.latestCheckpoint() : manager.bestCheckpoint();
  }
}
