package dev.tapedeck.onnx;

import dev.tapedeck.tensor.Refusal;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The table of ops that have a form in ONNX, by their names in files. */
final class Rows {
  private static final Map<String, Row> ALL = new HashMap<>();

  static {
    ALL.put("Pointwise.1", Row.one(PointwiseRows::write));
    ALL.putAll(ArrayRows.ALL);
    ALL.putAll(IndexRows.ALL);
    ALL.putAll(ReductionRows.ALL);
    ALL.putAll(ConvolutionRows.ALL);
    ALL.putAll(NeuralRows.ALL);
    ALL.putAll(RecurrentRows.ALL);
    ALL.putAll(ControlRows.ALL);
  }

  private Rows() {}

  /** Returns the names of the ops and patterns that have a form. */
  static Set<String> names() {
    return ALL.keySet();
  }

  /**
   * Returns the form of a step.
   *
   * @throws IllegalArgumentException if it has none
   */
  static Row of(Step step) {
    Row row = ALL.get(step.op());
    if (row == null) {
      throw Refusal.of(
          "Onnx.export: node \"" + step.name() + "\"",
          "needs an op that has a form in ONNX",
          step.node().op().name() + " (" + step.op() + ")",
          "export the part of the model before or after it; docs/onnx.md has the table of ops");
    }
    return row;
  }
}
