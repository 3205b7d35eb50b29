package dev.tapedeck.autodiff;

/** The gradient of a source that the target does not depend on. */
public enum Unconnected {
  /** None: null. */
  NONE,
  /** Zeros, in the source's shape. */
  ZERO
}
