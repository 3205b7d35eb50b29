package dev.tapedeck.train;

import dev.tapedeck.tensor.Loggers;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tracking.Trackable;
import java.util.Iterator;
import java.util.function.BooleanSupplier;

/**
 * The batches of a training's epochs. With steps per epoch, an epoch continues in the data where
 * the one before ended, and ends early where the data does, as in Keras.
 */
final class EpochIterator {
  private final FitData data;
  private final FitOptions options;
  private final TrainingState state;
  private final BooleanSupplier stops;
  private Iterator<Example> iterator;

  EpochIterator(FitData data, FitOptions options, TrainingState state, BooleanSupplier stops) {
    this.data = data;
    this.options = options;
    this.state = state;
    this.stops = stops;
  }

  /** Begins an epoch, at the batch where it continues. */
  void beginEpoch() {
    boolean first = iterator == null;
    boolean continues = options.stepsPerEpoch() != null;
    if (first || !continues) {
      iterate();
    }
    if (first && !(iterator instanceof Trackable)) {
      skipDone();
    }
    if (continues && state.step() == 0 && isExhausted()) {
      iterate();
    }
  }

  private void iterate() {
    iterator = data.training().iterator();
    state.iterate(iterator);
  }

  /** Skips what a resumed training has done, in data that cannot be moved there. */
  private void skipDone() {
    if (options.stepsPerEpoch() != null) {
      for (int epoch = options.initialEpoch(); epoch < state.epoch(); epoch++) {
        skip(options.stepsPerEpoch());
        if (isExhausted()) {
          iterate();
        }
      }
    }
    skip(state.step());
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

  private boolean isExhausted() {
    try (Scope scope = new Scope()) {
      return !hasNext(iterator, stops) && !stops.getAsBoolean();
    }
  }

  /** Returns whether the epoch has another batch. */
  boolean hasNext() {
    Integer steps = options.stepsPerEpoch();
    if (steps != null && state.step() >= steps) {
      return false;
    }
    boolean more = hasNext(iterator, stops);
    if (!more && steps != null && !stops.getAsBoolean()) {
      warnOfEnd("fit: epoch " + (state.epoch() + 1), state.step(), steps);
    }
    return more;
  }

  /** Returns the next batch, weighed by class. */
  Example next() {
    return data.weighing().apply(iterator.next());
  }

  /** Returns the error for an epoch without batches. */
  IllegalArgumentException noBatches() {
    return BatchCheck.noBatches("fit", data.training());
  }

  /** Returns whether an iterator has a batch; not if the thread is interrupted while it waits. */
  static boolean hasNext(Iterator<Example> iterator, BooleanSupplier stops) {
    try {
      return iterator.hasNext();
    } catch (RuntimeException e) {
      if (e.getCause() instanceof InterruptedException && stops.getAsBoolean()) {
        return false;
      }
      throw e;
    }
  }

  /** Warns of data that ended before the steps were done. */
  static void warnOfEnd(String place, long done, long steps) {
    Loggers.of(Model.class)
        .warn(
            "{}: the data ended after {} of {} steps; repeat it, or set fewer steps",
            place,
            done,
            steps);
  }
}
