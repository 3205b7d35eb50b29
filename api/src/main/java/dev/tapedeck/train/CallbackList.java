package dev.tapedeck.train;

import dev.tapedeck.tracking.LazyTrackable;
import dev.tapedeck.tracking.Trackable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The callbacks of one {@code fit}, {@code evaluate} or {@code predict} as one callback, which
 * notifies them in order, of the end by {@link #run}; what they ask to be saved is saved after all
 * of them.
 */
final class CallbackList implements Callback {
  private final List<Callback> callbacks;
  private final boolean internal;
  private final Stateful stateful;
  private List<Runnable> saves = List.of();

  /**
   * Makes a list.
   *
   * @param internal whether all are the toolkit's own, which keep no logs
   */
  CallbackList(List<Callback> callbacks, boolean internal) {
    this.callbacks = List.copyOf(callbacks);
    this.internal = internal;
    stateful = new Stateful(named(callbacks));
  }

  boolean isInternal() {
    return internal;
  }

  /** Callbacks by name, as state; what a checkpoint has of others is left out. */
  private record Stateful(Map<String, Object> parts) implements LazyTrackable {
    @Override
    public boolean isAwaitingState() {
      return true;
    }

    @Override
    public void onStateCreated(Runnable action) {}
  }

  /**
   * Returns the callbacks that have state, by class name; of equal names the later are numbered.
   */
  Trackable trackable() {
    return stateful;
  }

  private static Map<String, Object> named(List<Callback> callbacks) {
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

  /** Returns whether there are saves to run. */
  boolean haveSaves() {
    return !saves.isEmpty();
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

  /**
   * Runs a loop, and then notifies every callback of its end, whatever the loop or another callback
   * throws; all but the first error are suppressed.
   *
   * @param onEnd notifies a callback, given the loop's result, or null if it failed
   */
  <T> T run(Supplier<T> loop, BiConsumer<Callback, T> onEnd) {
    T result = null;
    Throwable failure = null;
    try {
      result = loop.get();
      return result;
    } catch (Throwable e) {
      failure = e;
      throw e;
    } finally {
      end(onEnd, result, failure);
    }
  }

  private <T> void end(BiConsumer<Callback, T> onEnd, T result, Throwable failure) {
    Throwable first = failure;
    for (Callback callback : callbacks) {
      try {
        onEnd.accept(callback, result);
      } catch (RuntimeException | Error e) {
        if (first == null) {
          first = e;
        } else if (!first.equals(e)) { // an error cannot suppress itself
          first.addSuppressed(e);
        }
      }
    }
    if (failure == null && first instanceof RuntimeException e) {
      throw e;
    }
    if (failure == null && first instanceof Error e) {
      throw e;
    }
  }

  @Override
  public void onTrainBegin(Trainable<?, ?> model, Plan plan) {
    callbacks.forEach(callback -> callback.onTrainBegin(model, plan));
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
  public void onTrainBatchBegin(Trainable<?, ?> model, int step) {
    callbacks.forEach(callback -> callback.onTrainBatchBegin(model, step));
  }

  @Override
  public void onTrainBatchEnd(Trainable<?, ?> model, int step, Map<String, Double> logs) {
    callbacks.forEach(callback -> callback.onTrainBatchEnd(model, step, logs));
  }

  @Override
  public void onTestBegin(Trainable<?, ?> model) {
    callbacks.forEach(callback -> callback.onTestBegin(model));
  }

  @Override
  public void onTestBatchBegin(Trainable<?, ?> model, int step) {
    callbacks.forEach(callback -> callback.onTestBatchBegin(model, step));
  }

  @Override
  public void onTestBatchEnd(Trainable<?, ?> model, int step, Map<String, Double> logs) {
    callbacks.forEach(callback -> callback.onTestBatchEnd(model, step, logs));
  }

  @Override
  public void onPredictBegin(Trainable<?, ?> model) {
    callbacks.forEach(callback -> callback.onPredictBegin(model));
  }

  @Override
  public void onPredictBatchBegin(Trainable<?, ?> model, int step) {
    callbacks.forEach(callback -> callback.onPredictBatchBegin(model, step));
  }

  @Override
  public void onPredictBatchEnd(Trainable<?, ?> model, int step, Object outputs) {
    callbacks.forEach(callback -> callback.onPredictBatchEnd(model, step, outputs));
  }
}
