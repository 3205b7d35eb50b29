package dev.tapedeck.train;

import dev.tapedeck.tracking.Trackable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The callbacks of one {@code fit} as one callback, which notifies them in order; what they ask to
 * be saved is saved after all of them.
 */
final class CallbackList implements Callback {
  private final List<Callback> callbacks;
  private final boolean internal;
  private List<Runnable> saves = List.of();

  /**
   * Makes a list.
   *
   * @param internal whether all are the toolkit's own, which keep no logs
   */
  CallbackList(List<Callback> callbacks, boolean internal) {
    this.callbacks = List.copyOf(callbacks);
    this.internal = internal;
  }

  boolean isInternal() {
    return internal;
  }

  /**
   * Returns the callbacks that have state, by class name; of equal names the later are numbered.
   */
  Map<String, Object> trackable() {
    Map<String, Object> named = new LinkedHashMap<>();
    for (Callback callback : callbacks) {
      if (callback instanceof Trackable) {
        String name = callback.getClass().getSimpleName();
        named.put(named.containsKey(name) ? name + "_" + named.size() : name, callback);
      }
    }
    return named;
  }

  /** Adds a save, to be run by the next {@link #runSaves}. */
  void addSave(Runnable save) {
    saves = Stream.concat(saves.stream(), Stream.of(save)).toList();
  }

  /** Runs the saves that were added, after {@link Callback#onSave} of all callbacks. */
  void runSaves(Trainable<?, ?> model) {
    if (!saves.isEmpty()) {
      List<Runnable> now = saves;
      saves = List.of();
      onSave(model);
      now.forEach(Runnable::run);
    }
  }

  @Override
  public void onTrainBegin(Trainable<?, ?> model, Plan plan) {
    callbacks.forEach(callback -> callback.onTrainBegin(model, plan));
  }

  @Override
  public void onTrainEnd(Trainable<?, ?> model) {
    callbacks.forEach(callback -> callback.onTrainEnd(model));
  }

  @Override
  public void onEpochBegin(Trainable<?, ?> model, int epoch) {
    callbacks.forEach(callback -> callback.onEpochBegin(model, epoch));
  }

  @Override
  public void onEpochEnd(Trainable<?, ?> model, int epoch, Map<String, Double> logs) {
    callbacks.forEach(callback -> callback.onEpochEnd(model, epoch, logs));
  }

  @Override
  public void onSave(Trainable<?, ?> model) {
    callbacks.forEach(callback -> callback.onSave(model));
  }

  @Override
  public void onTrainBatchEnd(Trainable<?, ?> model, int step, Map<String, Double> logs) {
    callbacks.forEach(callback -> callback.onTrainBatchEnd(model, step, logs));
  }
}
