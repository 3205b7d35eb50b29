package dev.tapedeck.train;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.random.RandomGenerator;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tracking.LazyTrackable;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The position of a training by {@code fit}, as state that a checkpoint saves: epoch, step in it,
 * logs so far, position in the data, and the process's random generator.
 *
 * <p>A checkpoint of the model, its optimizer and its progress, restored in a callback's {@link
 * Callback#onTrainBegin}, makes {@code fit} continue exactly where the checkpoint was saved: in a
 * callback, between two batches or two epochs.
 */
public final class TrainingState implements LazyTrackable {
  private final Variable epoch = Variable.untrainable(0L, "epoch");
  private final Variable step = Variable.untrainable(0L, "step");
  private final RunningLogs logs;
  private final Supplier<Optional<String>> notFinite;
  private CallbackList callbacks = new CallbackList(List.of(), true);
  private Dataset dataset;
  private Dataset validation;
  private Iterator<Example> iterator;
  private Runnable onStateCreated;
  private int initialEpoch;
  private boolean continues;
  private boolean complete;

  TrainingState(RunningLogs logs, Supplier<Optional<String>> notFinite) {
    this.logs = logs;
    this.notFinite = notFinite;
  }

  /**
   * Returns where the loss of the latest step came from, as a part of a sentence, if it was the
   * first of the training that was not finite; empty otherwise.
   */
  public Optional<String> causeOfNotFinite() {
    return notFinite.get();
  }

  /** Returns the logs of the epoch's batches. */
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

  /** Returns whether the latest training came to the end of its last epoch. */
  public boolean isComplete() {
    return complete;
  }

  /** Returns whether the present or the latest training has validation data. */
  public boolean hasValidation() {
    return validation != null;
  }

  /**
   * Saves the training when all callbacks have been notified of the present step or epoch, and then
   * of {@link Callback#onSave}; called by a callback.
   *
   * @param save what saves it
   */
  public void saveAfterCallbacks(Runnable save) {
    callbacks.addSave(save);
  }

  /** Begins a training, at the first step of its first epoch. */
  void begin(FitData data, CallbackList notified, FitOptions options) {
    dataset = data.training();
    validation = data.validation();
    callbacks = notified;
    initialEpoch = options.initialEpoch();
    continues = options.stepsPerEpoch() != null;
    complete = false;
    iterator = null;
    onStateCreated = null;
    set(epoch, initialEpoch);
    set(step, 0);
  }

  /** Assigns between steps, where no other scope releases the value's memory. */
  private static void set(Variable variable, double value) {
    try (Scope scope = new Scope()) {
      variable.assign(value);
    }
  }

  /** Sets the iterator; a checkpoint restored within its iteration restores its position. */
  void iterate(Iterator<Example> batches) {
    iterator = batches;
    boolean begun = step() > 0 || (continues && epoch() > initialEpoch);
    if (onStateCreated != null && begun) {
      onStateCreated.run();
    }
    onStateCreated = null; // a checkpoint from before an iteration has no iterator
  }

  void endStep() {
    step.assign(step() + 1);
  }

  void endEpoch() {
    set(epoch, epoch() + 1);
    set(step, 0);
    if (!continues) {
      iterator = null;
    }
  }

  void end(int epochs) {
    complete = epoch() >= epochs;
  }

  /** Returns whether the iterator is still to come. */
  @Override
  public boolean isAwaitingState() {
    return iterator == null;
  }

  @Override
  public void onStateCreated(Runnable action) {
    onStateCreated = action;
  }

  @Override
  public Map<String, Object> parts() {
    Map<String, Object> parts = new LinkedHashMap<>();
    parts.put(epoch.name(), epoch);
    parts.put(step.name(), step);
    parts.putAll(logs.parts());
    parts.put("callbacks", callbacks.trackable());
    parts.put("dataset", dataset);
    parts.put("validation", validation);
    parts.put("iterator", iterator);
    parts.put("random", RandomGenerator.ofProcess());
    return parts;
  }
}
