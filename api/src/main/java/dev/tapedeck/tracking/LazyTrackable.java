package dev.tapedeck.tracking;

/**
 * A trackable object whose variables may appear later, as those of a layer do at its first call: a
 * restored checkpoint waits for them.
 */
public interface LazyTrackable extends Trackable {
  /** Returns whether parts may still appear. */
  boolean isAwaitingState();

  /**
   * Sets what is run when parts have appeared, before they are used; in place of what was set
   * before. When it throws, so does what made the parts.
   *
   * @param action null for nothing
   */
  void onStateCreated(Runnable action);
}
