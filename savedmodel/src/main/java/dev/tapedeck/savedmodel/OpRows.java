package dev.tapedeck.savedmodel;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The table of ops: a row for each that TensorFlow has nodes for, by its name in files. */
final class OpRows {
  private static final Map<String, Row> ROWS = rows();

  private OpRows() {}

  private static Map<String, Row> rows() {
    Map<String, Row> rows = new LinkedHashMap<>();
    VariableRows.addTo(rows);
    PointwiseRows.addTo(rows);
    ShapeRows.addTo(rows);
    IndexRows.addTo(rows);
    ReduceRows.addTo(rows);
    LinalgRows.addTo(rows);
    ConvRows.addTo(rows);
    NeuralRows.addTo(rows);
    RecurrentRows.addTo(rows);
    ControlRows.addTo(rows);
    return Collections.unmodifiableMap(rows);
  }

  /** Returns the rows by the ops' names. */
  static Map<String, Row> all() {
    return ROWS;
  }
}
