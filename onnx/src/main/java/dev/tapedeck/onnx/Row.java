package dev.tapedeck.onnx;

import java.util.List;

/** A form of an op in ONNX: writes the nodes of a step. */
@FunctionalInterface
interface Row {
  /**
   * Writes the nodes and returns the outputs.
   *
   * @param in values of the step's inputs; null for one that is left out
   * @throws IllegalArgumentException if ONNX cannot say it
   */
  List<Value> write(Emitter to, Step step, List<Value> in);

  /** A form of an op with one output. */
  @FunctionalInterface
  interface One {
    Value write(Emitter to, Step step, List<Value> in);
  }

  /** Returns the form of an op with one output. */
  static Row one(One row) {
    return (to, step, in) -> List.of(row.write(to, step, in));
  }
}
