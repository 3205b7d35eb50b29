package dev.tapedeck.autodiff;

/** What the gradient is for a source that the target does not depend on. */
public enum Unconnected {
  /** None: null. */
  NONE,
  /** Zeros, in the source's shape. */
  ZERO
}
