package dev.tapedeck.ops;

import static dev.tapedeck.tensor.DType.INT32;
import static dev.tapedeck.testing.OpCheck.op;
import static dev.tapedeck.testing.Operand.real;
import static dev.tapedeck.testing.Types.NUMERIC;

import dev.tapedeck.ops.array.Cumulative;
import dev.tapedeck.ops.array.Statistics;
import dev.tapedeck.ops.array.Statistics.QuantileMethod;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.Grid;
import dev.tapedeck.testing.OpCheck;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;

/** Quantiles, histograms, and reductions without NaN, which is in place of all above 1. */
final class StatisticsTable {
  private static final double[] LIMITS = {-1, 0, 1};

  private StatisticsTable() {}

  static final List<OpCheck> ROWS =
      List.of(
          row("quantile", x -> Statistics.quantile(x, 0.3), x -> between(0.3, x)).on(real()),
          row("quantile over 1", x -> Statistics.quantile(x, 0.75, 1), x -> between(0.75, x), 1),
          row(
              "quantile over ends",
              x -> Statistics.quantile(x, 1, -1, 0),
              x -> between(1, x),
              0,
              2),
          method(QuantileMethod.LOWER, Math::floor),
          method(QuantileMethod.HIGHER, Math::ceil),
          method(QuantileMethod.NEAREST, Math::rint),
          op(
                  "quantile midpoint",
                  x -> Statistics.quantile(x, 0.4, QuantileMethod.MIDPOINT, true, 1))
              .on(real(2, 3, 4))
              .on(real(2, 6))
              .matches(
                  References.reduce(
                      x -> {
                        double at = 0.4 * (x.length - 1);
                        return (sorted((int) Math.floor(at), x) + sorted((int) Math.ceil(at), x))
                            / 2;
                      },
                      true,
                      1)),
          row("percentile", x -> Statistics.percentile(x, 60), x -> between(0.6, x)).within(64),
          op(
                  "percentile keeping 0",
                  x -> Statistics.percentile(x, 5, QuantileMethod.LINEAR, true, 0))
              .on(real(4, 3))
              .matches(References.reduce(x -> between(0.05, x), true, 0)),
          row("median", x -> Statistics.median(x, -1), x -> between(0.5, x), 2),
          op("median keeping 1", x -> Statistics.median(x, true, 1))
              .on(real(2, 3, 4))
              .matches(References.reduce(x -> between(0.5, x), true, 1)),
          op("histogram counts", x -> Statistics.histogram(x, 5).counts())
              .on(real(3, 8))
              .on(real(1))
              .gives(INT32)
              .matches(x -> counts(5, least(x[0]), most(x[0]), x[0])),
          op("histogram edges", x -> Statistics.histogram(x, 4).edges())
              .on(real(3, 8))
              .matches(
                  x ->
                      Grid.of(
                          Grid.shape(5), i -> least(x[0]) + (most(x[0]) - least(x[0])) * i[0] / 4)),
          op("histogram between", x -> Statistics.histogram(x, 4, -1, 1.5).counts())
              .on(real(3, 8))
              .on(real(0))
              .gives(INT32)
              .matches(x -> counts(4, -1, 1.5, x[0])),
          op("digitize", x -> Statistics.digitize(x, limits(x)))
              .on(real(3, 8))
              .on(real())
              .takes(NUMERIC)
              .gives(INT32)
              .matches(
                  x ->
                      Grid.of(
                          x[0].shape(),
                          i -> Arrays.stream(LIMITS).filter(limit -> limit <= x[0].at(i)).count())),
          op("diff", x -> Cumulative.diff(x, 1, 1))
              .on(real(2, 3, 4))
              .on(real(2, 1))
              .on(real(2, 0))
              .takes(NUMERIC)
              .matches(References.along(1, StatisticsTable::differences)),
          op("diff of diff", x -> Cumulative.diff(x, 2, -1))
              .on(real(2, 5))
              .takes(NUMERIC)
              .matches(References.along(1, x -> differences(differences(x)))),
          nan("nanSum", x -> Statistics.nanSum(x), References::sum),
          nan("nanSum over 1", x -> Statistics.nanSum(x, 1), References::sum, 1),
          nan("nanProd", x -> Statistics.nanProd(x), References::product),
          nan("nanMean", x -> Statistics.nanMean(x), References::mean),
          op("nanMean over 0", x -> Statistics.nanMean(withNan(x), 0))
              .on(real(9, 3))
              .matches(References.reduce(x -> References.mean(numbers(x)), false, 0)),
          nan("nanMax over 2", x -> Statistics.nanMax(x, 2), x -> most(x), 2),
          nan("nanMin over 2", x -> Statistics.nanMin(x, 2), x -> least(x), 2),
          nan("nanVariance", x -> Statistics.nanVariance(x), StatisticsTable::variance),
          nan(
              "nanVariance over 1",
              x -> Statistics.nanVariance(x, 1),
              StatisticsTable::variance,
              1),
          nan("nanStd", x -> Statistics.nanStd(x), x -> Math.sqrt(variance(x))));

  private static OpCheck row(
      String name, OpCheck.Unary op, ToDoubleFunction<double[]> function, int... axes) {
    return op(name, op)
        .on(real(2, 3, 4))
        .on(real(6, 20, 10))
        .matches(References.reduce(function, false, axes));
  }

  private static OpCheck nan(
      String name, OpCheck.Unary op, ToDoubleFunction<double[]> function, int... axes) {
    return row(name, x -> op.of(withNan(x)), x -> function.applyAsDouble(numbers(x)), axes);
  }

  private static double[] numbers(double... x) {
    return Arrays.stream(x).filter(v -> v <= 1).toArray();
  }

  private static Object withNan(Object x) {
    Tensor tensor = Operands.tensor(x);
    return tensor.dtype().isFloating()
        ? Logic.where(tensor.greater(1), Double.NaN, tensor)
        : tensor;
  }

  private static Object limits(Object x) {
    return Tensor.of(LIMITS).cast(Operands.tensor(x).dtype());
  }

  private static OpCheck method(QuantileMethod method, DoubleUnaryOperator rounding) {
    return op(
            "quantile " + method.name().toLowerCase(Locale.ROOT),
            x -> Statistics.quantile(x, 0.4, method, false, 0))
        .on(real(6, 2))
        .on(real(4))
        .matches(
            References.reduce(
                x -> sorted((int) rounding.applyAsDouble(0.4 * (x.length - 1)), x), false, 0));
  }

  private static double sorted(int at, double... x) {
    double[] sorted = x.clone();
    Arrays.sort(sorted);
    return sorted[at];
  }

  private static double between(double q, double... x) {
    double at = q * (x.length - 1);
    double low = sorted((int) at, x);
    return low + (sorted((int) Math.ceil(at), x) - low) * (at - (int) at);
  }

  private static double[] differences(double... x) {
    double[] differences = new double[Math.max(x.length - 1, 0)];
    Arrays.setAll(differences, i -> x[i + 1] - x[i]);
    return differences;
  }

  private static double variance(double... x) {
    double mean = References.mean(x);
    return Arrays.stream(x).map(v -> (v - mean) * (v - mean)).average().orElse(Double.NaN);
  }

  private static double most(double... x) {
    return Arrays.stream(x).max().orElse(Double.NaN);
  }

  private static double least(double... x) {
    return Arrays.stream(x).min().orElse(Double.NaN);
  }

  private static double most(Grid x) {
    return most(x.values());
  }

  private static double least(Grid x) {
    return least(x.values());
  }

  private static Grid counts(int bins, double low, double high, Grid x) {
    double from = low == high ? low - 0.5 : low;
    double width = low == high ? 1.0 / bins : (high - low) / bins;
    double[] counts = new double[bins];
    for (double v : x.values()) {
      if (v >= from && v <= from + bins * width + 1e-9) {
        counts[Math.min((int) Math.floor((v - from) / width), bins - 1)]++;
      }
    }
    return new Grid(Grid.shape(bins), counts);
  }
}
