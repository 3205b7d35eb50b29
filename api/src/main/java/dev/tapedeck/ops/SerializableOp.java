package dev.tapedeck.ops;

/** An op that is no record, but made of one, which stands for it in files. */
public interface SerializableOp extends Op {
  /** A record that is nested in the op's class, and that the op can be made of again. */
  interface Definition {
    /** Returns the op. */
    Op toOp();
  }

  /** Returns what this op is made of. */
  Definition definition();
}
