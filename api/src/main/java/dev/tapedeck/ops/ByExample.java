package dev.tapedeck.ops;

/**
 * An op that computes each example of its output, an index of the first axis, from those of its
 * inputs at that index alone.
 */
public interface ByExample extends SimpleOp {
  /** Returns whether it does; some do with some of their arguments alone. */
  default boolean isByExample() {
    return true;
  }
}
