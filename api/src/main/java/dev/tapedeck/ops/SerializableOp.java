package dev.tapedeck.ops;

/** An op that is not a record itself; a record stands for it in files. */
public interface SerializableOp extends Op {
  /** A record, nested in the op's class, from which the op can be made again. */
  interface Definition {
    /** Returns the op. */
    Op toOp();
  }

  /** Returns the record that stands for this op. */
  Definition definition();
}
