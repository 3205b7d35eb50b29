package dev.tapedeck.ops;

import static dev.tapedeck.ops.Grid.shape;
import static dev.tapedeck.ops.Operand.real;
import static dev.tapedeck.ops.Row.row;

import java.util.List;

/** Linear algebra. */
final class LinalgTable {
  private LinalgTable() {}

  static final List<Row> ROWS =
      List.of(
          product(false, false, shape(3, 4), shape(4, 2), shape(30, 20), shape(20, 40)),
          product(true, false, shape(4, 3), shape(4, 2), shape(20, 30), shape(20, 40)),
          product(false, true, shape(3, 4), shape(2, 4), shape(30, 20), shape(40, 20)),
          product(true, true, shape(4, 3), shape(2, 4), shape(20, 30), shape(40, 20)),
          row("matmul of vectors", (a, b) -> Linalg.matmul(a, b))
              .on(real(1, 1), real(1, 1))
              .on(real(1, 300), real(300, 1))
              .on(real(30, 1), real(1, 30))
              .on(real(2, 0), real(0, 3))
              .on(real(0, 2), real(2, 3))
              .matches(References.matmul(false, false)),
          row("matmul of batches", (a, b) -> Linalg.matmul(a, b))
              .on(real(2, 3, 4), real(2, 4, 5))
              .on(real(2, 2, 3, 4), real(2, 2, 4, 1))
              .on(real(5, 8, 9), real(5, 9, 10))
              .matches(References.matmul(false, false)));

  private static Row product(boolean left, boolean right, int[]... shapes) {
    return row(
            "matmul" + (left ? " transposed" : "") + (right ? " by transposed" : ""),
            (a, b) -> Linalg.matmul(a, b, left, right))
        .on(real(shapes[0]), real(shapes[1]))
        .on(real(shapes[2]), real(shapes[3]))
        .matches(References.matmul(left, right));
  }
}
