package dev.tapedeck.ops;

/** The side effect of an op, besides outputs that depend on its inputs alone. */
public enum Effect {
  /** None: equal applications may be merged, and unused ones removed. */
  NONE,
  /** A read of a variable: its order relative to writes is kept. */
  READ,
  /** A write: it runs exactly as often as the program says, and in its order. */
  WRITE
}
