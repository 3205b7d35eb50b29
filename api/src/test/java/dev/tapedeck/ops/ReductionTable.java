package dev.tapedeck.ops;

import static dev.tapedeck.tensor.DType.INT32;
import static dev.tapedeck.tensor.DType.INT64;
import static dev.tapedeck.testing.OpCheck.op;
import static dev.tapedeck.testing.Operand.real;
import static dev.tapedeck.testing.Types.ANY;
import static dev.tapedeck.testing.Types.ANY_BOOL;
import static dev.tapedeck.testing.Types.NUMERIC;

import dev.tapedeck.ops.array.Cumulative;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.testing.OpCheck;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** Reductions over axes, and those of all elements up to each. */
final class ReductionTable {
  private static final double INFINITY = Double.POSITIVE_INFINITY;

  private ReductionTable() {}

  private static final List<OpCheck> OWN =
      List.of(
          reduction("sum", x -> Reductions.sum(x), References::sum)
              .on(real())
              .on(real(0, 3))
              .takes(NUMERIC),
          reduction("sum over 1", x -> Reductions.sum(x, 1), References::sum, 1).takes(NUMERIC),
          reduction("sum over ends", x -> Reductions.sum(x, -1, 0), References::sum, 0, 2)
              .takes(NUMERIC),
          op("sum keeping 1", x -> Reductions.sum(x, true, 1))
              .on(real(2, 3, 4))
              .on(real(0, 3))
              .takes(NUMERIC)
              .matches(References.reduce(References::sum, true, 1)),
          reduction("mean", x -> Reductions.mean(x), References::mean).on(real()).on(real(0, 3)),
          reduction("mean over 0", x -> Reductions.mean(x, 0), References::mean, 0),
          op("mean keeping -1", x -> Reductions.mean(x, true, -1))
              .on(real(2, 3, 4))
              .on(real(40, 20))
              .matches(References.reduce(References::mean, true, -1)),
          reduction("max", x -> Reductions.max(x), References::largest).on(real()).takes(NUMERIC),
          reduction("max over 2", x -> Reductions.max(x, 2), References::largest, 2)
              .on(real(0, 3, 4))
              .takes(NUMERIC),
          op("max keeping 0", x -> Reductions.max(x, true, 0))
              .on(real(2, 3, 4))
              .takes(NUMERIC)
              .matches(References.reduce(References::largest, true, 0)),
          reduction("min", x -> Reductions.min(x), References::smallest).on(real()).takes(NUMERIC),
          reduction("min over 1", x -> Reductions.min(x, 1), References::smallest, 1)
              .takes(NUMERIC),
          op("min keeping 0 and 1", x -> Reductions.min(x, true, 0, 1))
              .on(real(2, 3, 4))
              .takes(NUMERIC)
              .matches(References.reduce(References::smallest, true, 0, 1)),
          op("prod", x -> Reductions.prod(x))
              .on(real(2, 3, 4))
              .on(real())
              .on(real(0, 3))
              .takes(NUMERIC)
              .whole(1, 3)
              .matches(References.reduce(References::product, false)),
          op("prod over 1", x -> Reductions.prod(x, 1))
              .on(real(2, 3, 4))
              .on(real(6, 20, 10))
              .on(real(2, 0, 4))
              .takes(NUMERIC)
              .whole(1, 3)
              .matches(References.reduce(References::product, false, 1)),
          op("prod keeping ends", x -> Reductions.prod(x, true, -1, 0))
              .on(real(2, 3, 4))
              .takes(NUMERIC)
              .whole(1, 3)
              .matches(References.reduce(References::product, true, 0, 2)),
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
          op("any keeping -1", x -> Reductions.any(x, true, -1))
              .on(real(2, 3, 4))
              .takes(ANY_BOOL)
              .matches(
                  References.reduce(x -> is(Arrays.stream(x).anyMatch(v -> v != 0)), true, -1)),
          op("all keeping all", x -> Reductions.all(x, true))
              .on(real(2, 3, 4))
              .on(real())
              .takes(ANY_BOOL)
              .matches(References.reduce(x -> is(Arrays.stream(x).allMatch(v -> v != 0)), true)),
          reduction("variance", x -> Reductions.variance(x), ReductionTable::variance).on(real()),
          op("variance keeping 1", x -> Reductions.variance(x, true, 1))
              .on(real(2, 3, 4))
              .matches(References.reduce(ReductionTable::variance, true, 1)),
          reduction(
              "std over ends", x -> Reductions.std(x, -1, 0), x -> Math.sqrt(variance(x)), 0, 2),
          op("std keeping 0", x -> Reductions.std(x, true, 0))
              .on(real(2, 3, 4))
              .matches(References.reduce(x -> Math.sqrt(variance(x)), true, 0)),
          reduction("norm", x -> Reductions.norm(x), x -> norm(2, x)),
          reduction("norm over 1", x -> Reductions.norm(x, 1), x -> norm(2, x), 1),
          op("norm keeping ends", x -> Reductions.norm(x, true, 0, 2))
              .on(real(2, 3, 4))
              .matches(References.reduce(x -> norm(2, x), true, 0, 2)),
          reduction("norm of order 1", x -> Reductions.norm(x, 1, false), x -> norm(1, x))
              .on(real(0, 3)),
          reduction("norm of order 3", x -> Reductions.norm(x, 3, false, 1), x -> norm(3, x), 1),
          op("norm of infinite order", x -> Reductions.norm(x, INFINITY, true, -1))
              .on(real(2, 3, 4))
              .on(real(40, 20))
              .matches(
                  References.reduce(
                      x -> Arrays.stream(x).map(Math::abs).max().orElse(0), true, -1)),
          reduction("logSumExp", x -> Reductions.logSumExp(x), ReductionTable::logSumExp)
              .on(real()),
          reduction(
              "logSumExp over 1", x -> Reductions.logSumExp(x, 1), ReductionTable::logSumExp, 1),
          op("logSumExp keeping ends", x -> Reductions.logSumExp(x, true, 0, -1))
              .on(real(2, 3, 4))
              .matches(References.reduce(ReductionTable::logSumExp, true, 0, -1)),
          reduction("countNonzero", x -> Reductions.countNonzero(x), ReductionTable::nonzero)
              .on(real())
              .on(real(0, 3))
              .takes(ANY)
              .gives(INT64),
          op("countNonzero keeping 1", x -> Reductions.countNonzero(x, true, 1))
              .on(real(2, 3, 4))
              .takes(ANY)
              .gives(INT64)
              .matches(References.reduce(ReductionTable::nonzero, true, 1)),
          op("argmax", x -> Reductions.argmax(x, 1))
              .on(real(2, 3, 4))
              .on(real(6, 20, 10))
              .on(real(0, 3))
              .takes(NUMERIC)
              .gives(INT32)
              .matches(References.first(1, 1)),
          op("argmin", x -> Reductions.argmin(x, -1))
              .on(real(2, 3, 4))
              .on(real(60, 20))
              .takes(NUMERIC)
              .gives(INT32)
              .matches(References.first(-1, -1)),
          cumulative("cumsum", x -> Cumulative.cumsum(x, 1), References::sum, false, false, 1),
          cumulative(
              "cumsum exclusive",
              x -> Cumulative.cumsum(x, -1, true, false),
              References::sum,
              true,
              false,
              2),
          cumulative(
              "cumsum reverse",
              x -> Cumulative.cumsum(x, 0, false, true),
              References::sum,
              false,
              true,
              0),
          cumulative(
              "cumsum exclusive reverse",
              x -> Cumulative.cumsum(x, 1, true, true),
              References::sum,
              true,
              true,
              1),
          cumulative(
              "cumprod", x -> Cumulative.cumprod(x, 1), References::product, false, false, 1),
          cumulative(
              "cumprod exclusive",
              x -> Cumulative.cumprod(x, -1, true, false),
              References::product,
              true,
              false,
              2),
          cumulative(
              "cumprod reverse",
              x -> Cumulative.cumprod(x, 0, false, true),
              References::product,
              false,
              true,
              0),
          cumulative(
              "cumprod exclusive reverse",
              x -> Cumulative.cumprod(x, 1, true, true),
              References::product,
              true,
              true,
              1));

  static final List<OpCheck> ROWS =
      Stream.of(OWN, StatisticsTable.ROWS).flatMap(List::stream).toList();

  private static OpCheck cumulative(
      String name,
      OpCheck.Unary op,
      ToDoubleFunction<double[]> function,
      boolean exclusive,
      boolean reverse,
      int axis) {
    return op(name, op)
        .on(real(2, 3, 4))
        .on(real(6, 20, 10))
        .on(real(2, 0, 4))
        .takes(NUMERIC)
        .whole(1, 2)
        .matches(References.running(function, exclusive, reverse, axis));
  }

  private static double variance(double... x) {
    double mean = References.mean(x);
    return Arrays.stream(x).map(v -> (v - mean) * (v - mean)).average().orElse(Double.NaN);
  }

  private static double norm(double ord, double... x) {
    return Math.pow(Arrays.stream(x).map(v -> Math.pow(Math.abs(v), ord)).sum(), 1 / ord);
  }

  private static double logSumExp(double... x) {
    return Math.log(Arrays.stream(x).map(Math::exp).sum());
  }

  private static double nonzero(double... x) {
    return Arrays.stream(x).filter(v -> v != 0).count();
  }

  private static double is(boolean condition) {
    return condition ? 1 : 0;
  }

  private static OpCheck reduction(
      String name, OpCheck.Unary op, ToDoubleFunction<double[]> function, int... axes) {
    return op(name, op)
        .on(real(2, 3, 4))
        .on(real(6, 20, 10))
        .matches(References.reduce(function, false, axes));
  }
}
