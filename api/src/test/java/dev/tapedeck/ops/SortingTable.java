package dev.tapedeck.ops;

import static dev.tapedeck.tensor.DType.BOOL;
import static dev.tapedeck.tensor.DType.INT32;
import static dev.tapedeck.testing.OpCheck.op;
import static dev.tapedeck.testing.Operand.index;
import static dev.tapedeck.testing.Operand.real;
import static dev.tapedeck.testing.Types.ANY;
import static dev.tapedeck.testing.Types.NUMERIC;

import dev.tapedeck.ops.array.Counting;
import dev.tapedeck.ops.array.Sorting;
import dev.tapedeck.testing.Grid;
import dev.tapedeck.testing.OpCheck;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.IntStream;

/** Sorting, searching and counting. */
final class SortingTable {
  private SortingTable() {}

  static final List<OpCheck> ROWS =
      List.of(
          op("sort", x -> Sorting.sort(x, 1))
              .on(real(2, 3, 4))
              .on(real(3, 70))
              .on(real(2, 0, 4))
              .takes(NUMERIC)
              .matches(sorted(false, 1)),
          op("sort descending", x -> Sorting.sort(x, -2, true))
              .on(real(5, 3))
              .on(real(0, 3))
              .takes(NUMERIC)
              .matches(sorted(true, 0)),
          op("argsort", x -> Sorting.argsort(x, 0))
              .on(real(5, 3))
              .on(real(70, 3))
              .takes(NUMERIC)
              .gives(INT32)
              .matches(References.along(0, v -> order(false, v))),
          op("argsort descending", x -> Sorting.argsort(x, -1, true))
              .on(real(2, 7))
              .takes(NUMERIC)
              .gives(INT32)
              .matches(References.along(1, v -> order(true, v))),
          op("topK", x -> Sorting.topK(x, 3).values())
              .on(real(2, 5))
              .on(real(2, 3, 40))
              .on(real(0, 3))
              .takes(NUMERIC)
              .matches(References.along(-1, v -> Arrays.copyOf(picked(true, v), 3))),
          op("topK indices", x -> Sorting.topK(x, 2).indices())
              .on(real(2, 5))
              .takes(NUMERIC)
              .gives(INT32)
              .matches(References.along(-1, v -> Arrays.copyOf(order(true, v), 2))),
          op("topK of none", x -> Sorting.topK(x, 0).values())
              .on(real(2, 5))
              .on(real(2, 0))
              .takes(NUMERIC)
              .matches(References.along(-1, v -> new double[0])),
          op("searchSorted", (x, y) -> Sorting.searchSorted(sorted(x), y))
              .on(real(7), real(5))
              .on(real(7), real())
              .on(real(0), real(2, 3))
              .on(real(2, 7), real(2, 5))
              .on(real(2, 7), real(2, 0))
              .takes(NUMERIC)
              .gives(INT32)
              .matches(counting((x, y) -> x < y ? 1 : 0)),
          op("searchSorted to the right", (x, y) -> Sorting.searchSorted(sorted(x), y, true))
              .on(real(3, 7), real(3, 5))
              .on(real(7), real(2, 5))
              .takes(NUMERIC)
              .gives(INT32)
              .matches(counting((x, y) -> x <= y ? 1 : 0)),
          op("isIn", (x, y) -> Sorting.isIn(x, y))
              .on(real(2, 9), real(6))
              .on(real(3), real(2, 0))
              .takes(NUMERIC)
              .gives(BOOL)
              .matches(
                  x ->
                      Grid.of(
                          x[0].shape(),
                          i ->
                              Arrays.stream(x[1].values()).anyMatch(v -> v == x[0].at(i)) ? 1 : 0)),
          op("unique", x -> Counting.unique(x).values())
              .on(real(9))
              .on(real(70))
              .on(real(0))
              .takes(ANY)
              .matches(x -> vector(distinct(x[0].values()))),
          op("unique indices", x -> Counting.unique(x).indices())
              .on(real(9))
              .on(real(0))
              .takes(ANY)
              .gives(INT32)
              .matches(
                  x -> {
                    List<Double> values = Arrays.stream(distinct(x[0].values())).boxed().toList();
                    return vector(
                        Arrays.stream(x[0].values()).map(v -> values.indexOf(v)).toArray());
                  }),
          op("unique counts", x -> Counting.unique(x).counts())
              .on(real(9))
              .on(real(0))
              .takes(ANY)
              .gives(INT32)
              .matches(
                  x ->
                      vector(
                          Arrays.stream(distinct(x[0].values()))
                              .map(v -> Arrays.stream(x[0].values()).filter(w -> w == v).count())
                              .toArray())),
          op("bincount", x -> Counting.bincount(x, 4))
              .on(index(3, 6))
              .on(index(9, 4, 20))
              .on(index(1))
              .on(index(1, 0))
              .gives(INT32)
              .matches(x -> bins(4, x[0].values(), null)),
          op("bincount of weights", (x, weights) -> Counting.bincount(x, 0, weights))
              .on(index(5, 20), real(20))
              .on(index(5, 2, 3), real(2, 3))
              .on(index(1, 0), real(0))
              .takes(NUMERIC)
              .matches(x -> bins(0, x[0].values(), x[1].values())));

  private static Object sorted(Object x) {
    return Operands.tensor(x).dtype() == BOOL ? x : Sorting.sort(x, -1);
  }

  private static double[] order(boolean descending, double... x) {
    Comparator<Integer> rising = Comparator.comparingDouble(i -> x[i]);
    return IntStream.range(0, x.length)
        .boxed()
        .sorted(descending ? rising.reversed() : rising)
        .mapToDouble(i -> i)
        .toArray();
  }

  private static double[] picked(boolean descending, double... x) {
    return Arrays.stream(order(descending, x)).map(i -> x[(int) i]).toArray();
  }

  private static OpCheck.Reference sorted(boolean descending, int axis) {
    return References.along(axis, v -> picked(descending, v));
  }

  private static OpCheck.Reference counting(DoubleBinaryOperator before) {
    return x ->
        Grid.of(
            x[1].shape(),
            i -> {
              int size = x[0].size(x[0].shape().length - 1);
              int row = x[0].shape().length == 1 ? 0 : i[0];
              return IntStream.range(0, size)
                  .mapToDouble(j -> before.applyAsDouble(x[0].values()[row * size + j], x[1].at(i)))
                  .sum();
            });
  }

  private static double[] distinct(double... x) {
    return Arrays.stream(x).distinct().toArray();
  }

  private static Grid vector(double... x) {
    return new Grid(Grid.shape(x.length), x);
  }

  private static Grid bins(int least, double[] x, double[] weights) {
    int length = Math.max(least, (int) Arrays.stream(x).max().orElse(-1) + 1);
    return Grid.of(
        Grid.shape(length),
        bin ->
            IntStream.range(0, x.length)
                .filter(i -> x[i] == bin[0])
                .mapToDouble(i -> weights == null ? 1 : weights[i])
                .sum());
  }
}
