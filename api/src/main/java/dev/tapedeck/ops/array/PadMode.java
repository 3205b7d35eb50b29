package dev.tapedeck.ops.array;

/** What stands beyond the ends of an axis that is padded. */
public enum PadMode {
  /** Zeros: {@code 0 0 | a b c | 0 0}. */
  CONSTANT,
  /** The elements mirrored at the outermost: {@code c b | a b c | b a}. */
  REFLECT,
  /** The elements mirrored beyond the outermost: {@code b a | a b c | c b}. */
  SYMMETRIC
}
