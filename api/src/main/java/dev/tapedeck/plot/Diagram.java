package dev.tapedeck.plot;

import java.util.List;

/**
 * The content of a plot, without coordinates.
 *
 * @param name what is drawn, as {@code sequential}
 * @param boxes layers, inputs and ops
 * @param arrows the data flow between boxes, which has no cycles
 */
public record Diagram(String name, List<Box> boxes, List<Arrow> arrows) {
  /** What a box stands for, which decides its colour. */
  public enum Kind {
    /** An input of the model. */
    INPUT,
    /** A layer. */
    LAYER,
    /** A model within the model. */
    MODEL,
    /** An op between layers, drawn small. */
    OP
  }

  /**
   * A box.
   *
   * @param inside the diagram drawn in the box; null for none
   */
  public record Box(String name, String type, Kind kind, List<Row> rows, Diagram inside) {}

  /**
   * A tensor that goes in or out.
   *
   * @param label {@code input} or {@code output}; empty if it is that of the row above
   * @param shape shape, as {@code (None, 10)}
   * @param dtype element type, as {@code float32}
   */
  public record Row(String label, String shape, String dtype) {}

  /** An arrow from one box to another, given by their positions in the list. */
  public record Arrow(int from, int to) {}
}
