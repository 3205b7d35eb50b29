package dev.tapedeck.ops;

import static dev.tapedeck.ops.Row.row;
import static dev.tapedeck.tensor.DType.FLOAT64;

import java.util.List;

/** Random draws. */
final class RandomTable {
  private RandomTable() {}

  private static final RandomKey KEY = new RandomKey(0x123456789abcdefL, 7);

  static final List<Row> ROWS =
      List.of(
          row("uniform", () -> Randoms.uniform(KEY, FLOAT64, 0, 1, 5, 3))
              .gives(FLOAT64)
              .matches(References.uniform(KEY, 5, 3)),
          row("normal", () -> Randoms.normal(KEY, FLOAT64, 0, 1, 5, 3))
              .gives(FLOAT64)
              .matches(References.normal(KEY, 5, 3)),
          row("truncatedNormal", () -> Randoms.truncatedNormal(KEY, FLOAT64, 0, 1, 4))
              .gives(FLOAT64)
              .matches(References.normal(KEY, 4)));
}
