package dev.tapedeck.tracking;

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
}
