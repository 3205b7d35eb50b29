package dev.tapedeck.ops;

/** What an op does besides giving outputs that depend on its inputs alone. */
public enum Effect {
  /** Nothing: two applications to the same inputs are one, and one that nobody asks is none. */
  NONE,
  /** It looks at a variable: it keeps its place among the writes. */
  READ,
  /** It changes something: it runs exactly as often, and in the order, as the program says. */
  WRITE
}
