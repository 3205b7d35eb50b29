package dev.tapedeck.tracking;

import java.util.Set;

/**
 * A trackable object whose variables may be created later, as those of a layer are at its first
 * call; a restored checkpoint waits for them.
 */
public interface LazyTrackable extends Trackable {
  /** Returns whether variables may still be created. */
  boolean isAwaitingState();

  /**
   * Sets the action that runs when variables have been created, before they are used; it replaces
   * the previous one. What it throws, the creating call throws.
   *
   * @param action the action; null for none
   */
  void onStateCreated(Runnable action);

  /**
   * Called when a checkpoint was restored, after {@link #onStateCreated}, with the names of the
   * parts that it has of this object: one whose variables depend on nothing else may create them
   * now. Does nothing by default.
   */
  default void awaitParts(Set<String> names) {}
}
