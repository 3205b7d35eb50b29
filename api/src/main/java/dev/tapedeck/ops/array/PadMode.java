package dev.tapedeck.ops.array;

/** The values of padding beyond the ends of an axis. */
public enum PadMode {
  /** Zeros: {@code 0 0 | a b c | 0 0}. */
  CONSTANT,
  /** The elements mirrored without repeating the outermost: {@code c b | a b c | b a}. */
  REFLECT,
  /** The elements mirrored, the outermost repeated: {@code b a | a b c | c b}. */
  SYMMETRIC
}
