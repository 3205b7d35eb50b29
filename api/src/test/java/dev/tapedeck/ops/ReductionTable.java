package dev.tapedeck.ops;

import static dev.tapedeck.ops.Operand.real;
import static dev.tapedeck.ops.Row.Types.ANY_BOOL;
import static dev.tapedeck.ops.Row.Types.NUMERIC;
import static dev.tapedeck.ops.Row.row;
import static dev.tapedeck.tensor.DType.INT32;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Reductions over axes. */
final class ReductionTable {
  private ReductionTable() {}

  static final List<Row> ROWS =
      List.of(
          reduction("sum", x -> Reductions.sum(x), References::sum)
              .on(real())
              .on(real(0, 3))
              .takes(NUMERIC),
          reduction("sum over 1", x -> Reductions.sum(x, 1), References::sum, 1).takes(NUMERIC),
          reduction("sum over ends", x -> Reductions.sum(x, -1, 0), References::sum, 0, 2)
              .takes(NUMERIC),
          row("sum keeping 1", x -> Reductions.sum(x, true, 1))
              .on(real(2, 3, 4))
              .on(real(0, 3))
              .takes(NUMERIC)
              .matches(References.reduce(References::sum, true, 1)),
          reduction("mean", x -> Reductions.mean(x), References::mean).on(real()).on(real(0, 3)),
          reduction("mean over 0", x -> Reductions.mean(x, 0), References::mean, 0),
          row("mean keeping -1", x -> Reductions.mean(x, true, -1))
              .on(real(2, 3, 4))
              .on(real(40, 20))
              .matches(References.reduce(References::mean, true, -1)),
          reduction("max", x -> Reductions.max(x), References::largest).on(real()).takes(NUMERIC),
          reduction("max over 2", x -> Reductions.max(x, 2), References::largest, 2)
              .on(real(0, 3, 4))
              .takes(NUMERIC),
          row("max keeping 0", x -> Reductions.max(x, true, 0))
              .on(real(2, 3, 4))
              .takes(NUMERIC)
              .matches(References.reduce(References::largest, true, 0)),
          reduction("min", x -> Reductions.min(x), References::smallest).on(real()).takes(NUMERIC),
          reduction("min over 1", x -> Reductions.min(x, 1), References::smallest, 1)
              .takes(NUMERIC),
          row("min keeping 0 and 1", x -> Reductions.min(x, true, 0, 1))
              .on(real(2, 3, 4))
              .takes(NUMERIC)
              .matches(References.reduce(References::smallest, true, 0, 1)),
          reduction(
                  "any",
                  x -> Reductions.any(x, 1),
                  x -> is(Arrays.stream(x).anyMatch(v -> v != 0)),
                  1)
              .on(real(2, 0, 4))
              .takes(ANY_BOOL),
          reduction(
                  "all",
                  x -> Reductions.all(x, 1),
                  x -> is(Arrays.stream(x).allMatch(v -> v != 0)),
                  1)
              .on(real(2, 0, 4))
              .takes(ANY_BOOL),
          row("argmax", x -> Reductions.argmax(x, 1))
              .on(real(2, 3, 4))
              .on(real(6, 20, 10))
              .on(real(0, 3))
              .takes(NUMERIC)
              .gives(INT32)
              .matches(References.first(1, 1)),
          row("argmin", x -> Reductions.argmin(x, -1))
              .on(real(2, 3, 4))
              .on(real(60, 20))
              .takes(NUMERIC)
              .gives(INT32)
              .matches(References.first(-1, -1)));

  private static double is(boolean condition) {
    return condition ? 1 : 0;
  }

  private static Row reduction(
      String name, Row.Unary op, ToDoubleFunction<double[]> function, int... axes) {
    return row(name, op)
        .on(real(2, 3, 4))
        .on(real(6, 20, 10))
        .matches(References.reduce(function, false, axes));
  }
}
