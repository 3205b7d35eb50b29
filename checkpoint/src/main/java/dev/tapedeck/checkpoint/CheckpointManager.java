package dev.tapedeck.checkpoint;

import dev.tapedeck.checkpoint.CheckpointFolder.Saved;
import dev.tapedeck.tensor.Loggers;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/**
 * A manager of the checkpoints in a folder: saves them as {@code ckpt-1} and so on, and removes old
 * ones.
 *
 * <pre>{@code
 * try (CheckpointManager manager =
 *     new CheckpointManager(checkpoint, Path.of("runs/1/checkpoints")).maxToKeep(3)) {
 *   manager.restoreLatest();
 *   for (..) {
 *     ..
 *     manager.saveIfDue(step);
 *   }
 * }
 * }</pre>
 *
 * <p>The newest checkpoint is never removed. A manager on a folder with checkpoints takes them
 * over. A folder has one manager at a time, used by one thread.
 */
public final class CheckpointManager implements AutoCloseable {
  /** Which values of a metric are better. */
  public enum Best {
    /** Smaller ones, as of a loss. */
    MIN,
    /** Larger ones, as of an accuracy. */
    MAX
  }

  private static final Logger LOG = Loggers.of(CheckpointManager.class);

  private final Checkpoint checkpoint;
  private final Path folder;
  private final String name;
  private final CheckpointMetrics metrics = new CheckpointMetrics();
  private final BackgroundSave background = new BackgroundSave();
  private int maxToKeep = 5;
  private Best best;
  private Duration keepEvery;
  private double lastPreserved;
  private long saveEverySteps = 1;
  private Duration saveEvery = Duration.ZERO;
  private long shardBytes = Snapshot.SHARD_BYTES;
  private boolean asynchronous;
  private long lastStep = Long.MIN_VALUE;
  private long lastNanos;
  private LongSupplier nanoTime;
  private double start; // in seconds since 1970
  private long startNanos;

  /**
   * Makes a manager that keeps the 5 newest checkpoints of a folder.
   *
   * @throws java.io.UncheckedIOException if the folder cannot be read
   */
  public CheckpointManager(Checkpoint checkpoint, Path folder) {
    this(checkpoint, folder, "ckpt");
  }

  CheckpointManager(Checkpoint checkpoint, Path folder, String name) {
    this.name = name;
    this.checkpoint =
        Objects.requireNonNull(checkpoint, "CheckpointManager: the checkpoint is null");
    this.folder =
        Objects.requireNonNull(folder, "CheckpointManager: the folder is null").toAbsolutePath();
    clock(InstantSource.system(), System::nanoTime);
  }

  /**
   * Sets the number of checkpoints kept; by default 5.
   *
   * @throws IllegalArgumentException if it is below 1
   */
  public CheckpointManager maxToKeep(int count) {
    if (count < 1) {
      throw new IllegalArgumentException(
          "CheckpointManager: maxToKeep must be 1 or more, received " + count);
    }
    maxToKeep = count;
    return this;
  }

  /**
   * Keeps the checkpoints with the best metrics instead of the newest ones; the newest one is kept
   * besides.
   */
  public CheckpointManager keepBest(Best which) {
    best = which;
    return this;
  }

  /** Keeps one checkpoint for good in each interval of time. */
  public CheckpointManager keepEvery(Duration time) {
    keepEvery = time;
    // If there is none, the interval starts now, as in TensorFlow.
    lastPreserved = Math.min(now(), files().lastPreserved().orElse(now() - 1));
    return this;
  }

  /** Sets the number of steps between the saves of {@link #saveIfDue}; by default 1. */
  public CheckpointManager saveEvery(long steps) {
    saveEverySteps = steps;
    return this;
  }

  /** Sets the least time between the saves of {@link #saveIfDue}; by default none. */
  public CheckpointManager saveEvery(Duration time) {
    saveEvery = time;
    return this;
  }

  /**
   * Writes files on a background thread: a save waits for the one before, copies the values and
   * returns. A failure is thrown by the next save, or by {@link #close}.
   */
  public CheckpointManager asynchronous() {
    asynchronous = true;
    return this;
  }

  /** Sets the size in bytes at which another data file is started; by default 2 GiB. */
  public CheckpointManager shardBytes(long bytes) {
    shardBytes = bytes;
    return this;
  }

  /** Sets the clock, and the timer that measures intervals, since a clock may be set back. */
  CheckpointManager clock(InstantSource clock, LongSupplier nanos) {
    nanoTime = nanos;
    start = CheckpointFolder.seconds(clock.instant());
    startNanos = nanos.getAsLong();
    return this;
  }

  /**
   * Saves a checkpoint, and removes those that are not to be kept.
   *
   * @return the prefix
   * @throws java.io.UncheckedIOException if the files cannot be written
   */
  public Path save() {
    return save(Double.NaN);
  }

  /** Saves a checkpoint with the value of a metric, for {@link #keepBest}. */
  public Path save(double metric) {
    background.await();
    Path prefix = checkpoint.next(folder.resolve(name));
    Snapshot snapshot = checkpoint.snapshot(asynchronous);
    CheckpointMetrics.put(snapshot, metric);
    Runnable work =
        () -> {
          snapshot.write(prefix, shardBytes);
          metrics.add(prefix, metric);
          addAndEvict(prefix);
        };
    lastNanos = nanoTime.getAsLong();
    if (asynchronous) {
      background.start(work);
    } else {
      work.run();
    }
    return prefix;
  }

  /**
   * Saves if the set numbers of steps and time have passed since the last save, or if there was
   * none.
   *
   * @return the prefix if it did
   */
  public Optional<Path> saveIfDue(long step) {
    boolean first = lastStep == Long.MIN_VALUE;
    // A smaller step: the caller has started to count anew.
    boolean early = step >= lastStep && step - lastStep < saveEverySteps;
    Duration since = Duration.ofNanos(nanoTime.getAsLong() - lastNanos);
    if (!first && (early || since.compareTo(saveEvery) < 0)) {
      return Optional.empty();
    }
    Path prefix = save();
    lastStep = step;
    return Optional.of(prefix);
  }

  private void addAndEvict(Path added) {
    CheckpointFolder files = files();
    files.removeDamagedList();
    files.removeRemains();
    List<Saved> kept = new ArrayList<>(files.list());
    kept.removeIf(saved -> saved.prefix().equals(added));
    kept.add(new Saved(added, now()));
    if (keepEvery == null) {
      lastPreserved = files.lastPreserved().orElse(0.0);
    }
    // The list still has what is removed: if the removal is interrupted, the next save completes
    // it.
    files.write(kept, lastPreserved);
    int before = kept.size();
    List<Saved> evicted = evict(kept);
    evicted.forEach(saved -> delete(files, saved));
    if (kept.size() < before) {
      files.write(kept, lastPreserved);
    }
  }

  /** Removes a checkpoint; a failure is only logged, since the new one is saved. */
  private static void delete(CheckpointFolder files, Saved saved) {
    try {
      files.delete(saved.prefix());
    } catch (UncheckedIOException e) {
      LOG.warn("CheckpointManager: {}", e.getMessage());
    }
  }

  private CheckpointFolder files() {
    return CheckpointFolder.at(folder, name);
  }

  /**
   * Removes from a list the checkpoints not to be kept, and returns those whose files may be
   * removed.
   */
  private List<Saved> evict(List<Saved> kept) {
    List<Saved> evicted = new ArrayList<>();
    Saved newest = kept.getLast();
    List<Saved> byWorth = new ArrayList<>(kept);
    if (best != null) {
      byWorth.sort(Comparator.comparingDouble(saved -> worth(saved.prefix())));
    }
    int surplus = kept.size() - maxToKeep;
    for (Saved saved : byWorth) {
      if (surplus-- > 0 && !saved.equals(newest)) {
        kept.remove(saved);
        if (keepEvery != null && saved.time() - seconds(keepEvery) >= lastPreserved) {
          lastPreserved = saved.time();
        } else {
          evicted.add(saved);
        }
      }
    }
    return evicted;
  }

  private double worth(Path prefix) {
    return CheckpointMetrics.worth(metrics.of(prefix), best);
  }

  /** Removes the checkpoints, and their list unless it has others. */
  void removeAll() {
    checkpoints().forEach(files()::delete);
    CheckpointFolder all = CheckpointFolder.at(folder);
    if (all.list().isEmpty()) {
      all.clear();
    }
  }

  /** Returns the checkpoints of the folder, oldest first. */
  public List<Path> checkpoints() {
    background.await();
    return files().list().stream().map(Saved::prefix).toList();
  }

  /** Returns the newest checkpoint of the folder. */
  public Optional<Path> latestCheckpoint() {
    background.await();
    return files().latest();
  }

  /**
   * Returns the checkpoint with the best metric.
   *
   * @throws IllegalStateException if {@link #keepBest} was not set
   */
  public Optional<Path> bestCheckpoint() {
    if (best == null) {
      throw new IllegalStateException(
          "CheckpointManager: bestCheckpoint needs keepBest(Best.MIN or MAX)");
    }
    background.await();
    return files().list().stream()
        .filter(saved -> !Double.isNaN(metrics.of(saved.prefix())))
        .max(Comparator.comparingDouble(saved -> worth(saved.prefix())))
        .map(Saved::prefix);
  }

  /** Returns whether {@link #keepBest} would keep a checkpoint with this metric. */
  boolean isAmongTheBest(double metric) {
    List<Path> present = checkpoints();
    double worth = CheckpointMetrics.worth(metric, best);
    return present.size() < maxToKeep || present.stream().anyMatch(prefix -> worth > worth(prefix));
  }

  /**
   * Restores the newest checkpoint, if there is one.
   *
   * @return its prefix
   * @throws CheckpointException if it is damaged
   * @throws IllegalArgumentException if it does not fit the objects
   */
  public Optional<Path> restoreLatest() {
    Optional<Path> latest = latestCheckpoint();
    latest.ifPresent(checkpoint::restore);
    return latest;
  }

  /**
   * Restores the newest checkpoint that is not damaged, with a warning for each one that is.
   *
   * @return its prefix; nothing if the folder has no checkpoint
   * @throws CheckpointException if all are damaged
   * @throws IllegalArgumentException if it does not fit the objects
   */
  public Optional<Path> restoreLatestIntact() {
    RuntimeException failure = null;
    for (Path prefix : checkpoints().reversed()) {
      try {
        checkpoint.restore(prefix);
        return Optional.of(prefix);
      } catch (CheckpointException | UncheckedIOException e) {
        LOG.warn("CheckpointManager: {}; trying the one before", e.getMessage());
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
    return Optional.empty();
  }

  private double now() {
    return start + (nanoTime.getAsLong() - startNanos) / 1e9;
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }

  /** Waits for a background save, and throws its failure. */
  @Override
  public void close() {
    background.await();
  }
}
