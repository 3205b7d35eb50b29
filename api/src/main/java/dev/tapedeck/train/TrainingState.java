package dev.tapedeck.train;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.random.RandomGenerator;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tracking.LazyTrackable;
import dev.tapedeck.tracking.Trackable;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Where a training by {@code fit} stands: the epoch, the step in it, what loss and metrics have
 * gathered, the place in the data, and the process's random generator.
 *
 * <p>A checkpoint of the model, its optimizer and its progress, restored in a callback's {@link
 * Callback#onTrainBegin}, makes {@code fit} go on exactly where the checkpoint was saved: in a
 * callback, between two batches or two epochs.
 */
public final class TrainingState implements LazyTrackable {
  private final Variable epoch = Variable.untrainable(0L, "epoch");
  private final Variable step = Variable.untrainable(0L, "step");
  private final RunningLogs logs;
  private final Map<String, Object> callbacks = new LinkedHashMap<>();
  private boolean complete;
  private Dataset batches;
  private Dataset validation;
  private Iterator<Example> iterator;
  private Runnable whenGrown;
  private List<Runnable> saves = List.of();

  TrainingState(TrackedMetrics metrics) {
    logs = new RunningLogs(metrics);
  }

  /** Returns what the epoch's batches have reported. */
  RunningLogs logs() {
    return logs;
  }

  /** Returns the epoch that fit is in, or begins next; the first is 0. */
  public int epoch() {
    return (int) epoch.reading().item();
  }

  /** Returns how many batches of the epoch are done; 0 between epochs. */
  public long step() {
    return (long) step.reading().item();
  }

  void begin(Dataset trained, Dataset validated, List<Callback> told) {
    batches = trained;
    validation = validated;
    callbacks.clear();
    for (Callback callback : told) {
      if (callback instanceof Trackable) {
        String name = callback.getClass().getSimpleName();
        callbacks.put(callbacks.containsKey(name) ? name + "_" + callbacks.size() : name, callback);
      }
    }
    complete = false;
    saves = List.of();
    iterator = null;
    whenGrown = null;
    set(epoch, 0);
    set(step, 0);
  }

  /** Assigns between steps, where nobody else gives the memory of the value back. */
  private static void set(Variable variable, double value) {
    try (Scope scope = new Scope()) {
      variable.assign(value);
    }
  }

  /** Returns an iterator of the epoch's batches, at the batch where the epoch goes on. */
  Iterator<Example> iterator() {
    iterator = batches.iterator();
    if (whenGrown != null && step() > 0) {
      whenGrown.run();
    }
    whenGrown = null; // between epochs nothing was saved of the iterator
    if (!(iterator instanceof Trackable)) {
      skip(step());
    }
    return iterator;
  }

  private void skip(long count) {
    for (long i = 0; i < count; i++) {
      try (Scope scope = new Scope()) {
        if (!iterator.hasNext()) {
          return;
        }
        iterator.next();
      }
    }
  }

  /**
   * Saves the training once all callbacks have been told what one of them is being told, after a
   * step or an epoch, and then of {@link Callback#onSave}; called by a callback.
   *
   * @param save what saves it
   */
  public void saveAfterCallbacks(Runnable save) {
    saves = Stream.concat(saves.stream(), Stream.of(save)).toList();
  }

  /** Does what {@link #saveAfterCallbacks} asked for. */
  void save(Model model, List<Callback> told) {
    if (!saves.isEmpty()) {
      List<Runnable> now = saves;
      saves = List.of();
      told.forEach(callback -> callback.onSave(model));
      now.forEach(Runnable::run);
    }
  }

  /** Returns whether the latest training came to the end of its last epoch. */
  public boolean isComplete() {
    return complete;
  }

  void end(int epochs) {
    complete = epoch() >= epochs;
  }

  void endStep() {
    step.assign(step() + 1);
  }

  void endEpoch() {
    set(epoch, epoch() + 1);
    set(step, 0);
    iterator = null;
  }

  /** Returns whether the iterator of an epoch is still to come. */
  @Override
  public boolean isAwaitingState() {
    return iterator == null;
  }

  @Override
  public void onStateCreated(Runnable action) {
    whenGrown = action;
  }

  @Override
  public Map<String, Object> parts() {
    Map<String, Object> parts = new LinkedHashMap<>();
    parts.put(epoch.name(), epoch);
    parts.put(step.name(), step);
    parts.putAll(logs.parts());
    parts.put("callbacks", callbacks);
    parts.put("dataset", batches);
    parts.put("validation", validation);
    parts.put("iterator", iterator);
    parts.put("random", RandomGenerator.ofProcess());
    return parts;
  }
}
