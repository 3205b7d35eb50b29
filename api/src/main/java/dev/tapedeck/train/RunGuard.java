package dev.tapedeck.train;

import java.util.concurrent.atomic.AtomicReference;

/** A lock that lets one thread at a time train or evaluate a model, without nested trainings. */
final class RunGuard {
  private final AtomicReference<Thread> owner = new AtomicReference<>();

  /**
   * Begins a run, to be ended by {@link #leave} if this returns true.
   *
   * @param who the run, {@code fit}
   * @param nests whether it may run within another run of the thread
   * @return whether it is the outermost run
   * @throws IllegalStateException if another run excludes it
   */
  boolean enter(String who, boolean nests) {
    Thread here = Thread.currentThread();
    Thread other = owner.compareAndExchange(null, here);
    if (other == null) {
      return true;
    }
    if (!here.equals(other)) {
      throw new IllegalStateException(
          who
              + ": the model is being trained or evaluated by thread \""
              + other.getName()
              + "\"; wait for that, or use another model");
    }
    if (!nests) {
      throw new IllegalStateException(
          who
              + ": the model is being trained or evaluated, and this call comes from within, as from"
              + " a callback; it would take the other's epochs and sums: call it when fit or"
              + " evaluate has returned, or use another model");
    }
    return false;
  }

  void leave() {
    owner.set(null);
  }
}
