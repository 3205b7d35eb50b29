package dev.tapedeck.savedmodel;

import java.util.List;

/** A row of the table of ops: it writes TensorFlow's nodes for a call of an op. */
@FunctionalInterface
interface Row {
  /**
   * Writes the nodes, and returns the outputs; null for one that nothing uses.
   *
   * @throws Unsupported if TensorFlow has no such op
   */
  List<Value> write(OpCall call);

  /** A row for an op of one output. */
  @FunctionalInterface
  interface Single {
    Value write(OpCall call);
  }

  static Row of(Single row) {
    return call -> List.of(row.write(call));
  }
}
