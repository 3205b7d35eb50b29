package dev.tapedeck.ops;

import static dev.tapedeck.tensor.DType.BOOL;
import static dev.tapedeck.tensor.DType.FLOAT64;
import static dev.tapedeck.tensor.DType.INT32;
import static dev.tapedeck.tensor.DType.INT64;
import static dev.tapedeck.tensor.Index.ALL;
import static dev.tapedeck.tensor.Index.ELLIPSIS;
import static dev.tapedeck.tensor.Index.NEW_AXIS;
import static dev.tapedeck.testing.Grid.shape;
import static dev.tapedeck.testing.OpCheck.op;
import static dev.tapedeck.testing.Operand.bool;
import static dev.tapedeck.testing.Operand.index;
import static dev.tapedeck.testing.Operand.real;
import static dev.tapedeck.testing.Types.ANY;
import static dev.tapedeck.testing.Types.NUMERIC;

import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.array.Scattering;
import dev.tapedeck.tensor.Index;
import dev.tapedeck.testing.Grid;
import dev.tapedeck.testing.OpCheck;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Parts of tensors and elements picked by index. */
final class IndexingTable {
  private IndexingTable() {}

  private static final boolean[][] MASK = {{true, true, false}, {false, false, true}};
  private static final int[][] PLACES = {{2, 1}, {0, 0}};

  static final List<OpCheck> ROWS =
      List.of(
          op("slice", x -> Indexing.slice(x, new long[] {1, 0}, new long[] {2, -1}))
              .on(real(4, 3))
              .takes(ANY)
              .matches(References.slice(shape(1, 0), 2, 3)),
          op("slice of nothing", x -> Indexing.slice(x, new long[] {4, 1}, new long[] {0, 2}))
              .on(real(4, 3))
              .takes(ANY)
              .matches(References.slice(shape(4, 1), 0, 2)),
          op("narrow", x -> Indexing.narrow(x, -1, 1, 10))
              .on(real(2, 12))
              .on(real(30, 12))
              .takes(ANY)
              .matches(x -> References.slice(shape(0, 1), x[0].size(0), 10).of(x)),
          op("gather", (x, i) -> Indexing.gather(x, i, 0))
              .on(real(4, 3), index(4, 2, 5))
              .on(real(20, 30), index(20, 15))
              .on(real(4, 3), index(4))
              .on(real(4, 3), index(4, 0))
              .takes(ANY)
              .matches(References.gather(0)),
          op("gather along 1", (x, i) -> Indexing.gather(x, i, -2))
              .on(real(2, 3, 4), index(3, 5))
              .takes(ANY)
              .matches(References.gather(1)),
          op("oneHot", i -> Indexing.oneHot(i, 5, FLOAT64))
              .on(index(5, 2, 3))
              .on(index(5, 100))
              .on(index(5))
              .on(index(5, 0))
              .gives(FLOAT64)
              .matches(References.oneHot(5)),
          op("oneHot of bools", i -> Indexing.oneHot(i, 3, BOOL))
              .on(index(3, 4))
              .gives(BOOL)
              .matches(References.oneHot(3)),
          op("get", x -> Indexing.get(x, 1, Index.range(0, 3).by(2)))
              .on(real(2, 4, 3))
              .takes(ANY)
              .matches(References.pick(shape(2, 3), i -> shape(1, 2 * i[0], i[1]))),
          op("get from the end", x -> Indexing.get(x, ELLIPSIS, -2, NEW_AXIS))
              .on(real(2, 4, 3))
              .takes(ANY)
              .matches(References.pick(shape(2, 4, 1), i -> shape(i[0], i[1], 1))),
          op("get backwards", x -> Indexing.get(x, ALL.by(-2), NEW_AXIS, ALL.by(-1)))
              .on(real(5, 3))
              .takes(ANY)
              .matches(References.pick(shape(3, 1, 3), i -> shape(4 - 2 * i[0], 2 - i[2]))),
          op("get an element", x -> Indexing.get(x, 1, 2))
              .on(real(2, 3))
              .takes(ANY)
              .matches(References.pick(shape(), i -> shape(1, 2))),
          op("get beyond", x -> Indexing.get(x, Index.from(2), Index.to(-1)))
              .on(real(4, 3))
              .takes(ANY)
              .matches(References.pick(shape(2, 2), i -> shape(2 + i[0], i[1]))),
          op("get nothing", x -> Indexing.get(x, Index.range(5, 9), Index.range(2, 1)))
              .on(real(4, 3))
              .takes(ANY)
              .matches(References.pick(shape(0, 0), i -> i)),
          op("unravelIndex", i -> Indexing.unravelIndex(i, 2, 3, 4).getFirst())
              .on(index(24, 3, 5))
              .gives(INT32)
              .matches(x -> Grid.of(x[0].shape(), i -> Math.floor(x[0].at(i) / 12))),
          op("unravelIndex of the last", i -> Indexing.unravelIndex(i, 2, 3, 4).getLast())
              .on(index(24))
              .gives(INT32)
              .matches(x -> Grid.of(x[0].shape(), i -> x[0].at(i) % 4)),
          op("nonZero", x -> Indexing.nonZero(x))
              .on(bool(2, 3))
              .on(bool(0, 3))
              .gives(INT64)
              .matches(
                  x -> {
                    double[] places =
                        IntStream.range(0, x[0].values().length)
                            .filter(i -> x[0].values()[i] != 0)
                            .flatMap(i -> IntStream.of(i / 3, i % 3))
                            .asDoubleStream()
                            .toArray();
                    return new Grid(shape(places.length / 2, 2), places);
                  }),
          op("booleanMask", x -> Indexing.booleanMask(x, MASK))
              .on(real(2, 3))
              .takes(ANY)
              .matches(References.pick(shape(3), i -> shape(i[0] == 2 ? 1 : 0, i[0]))),
          op("booleanMask of rows", x -> Indexing.booleanMask(x, new boolean[] {false, true, true}))
              .on(real(3, 2))
              .takes(ANY)
              .matches(References.slice(shape(1, 0), 2, 2)),
          op("gatherNd", Scattering::gatherNd)
              .on(real(3, 4), index(3, 5, 1))
              .on(real(3, 4, 2), index(3, 2, 5, 2))
              .on(real(3, 4), index(3, 2))
              .on(real(3), index(3, 0, 1))
              .on(real(3, 2), index(3, 4, 0))
              .takes(ANY)
              .matches(References::gatherNd),
          op("scatterNd", (i, x) -> Scattering.scatterNd(i, x, 3, 4))
              .on(index(3, 6, 2), real(6))
              .on(index(3, 0, 2), real(0))
              .takes(NUMERIC)
              .matches(References.scatterNd(3, 4)),
          op("scatterNd of rows", x -> Scattering.scatterNd(new int[][] {{2}, {0}}, x, 3, 2))
              .on(real(2, 2))
              .takes(NUMERIC)
              .matches(
                  x -> Grid.of(shape(3, 2), i -> i[0] == 1 ? 0 : x[0].at(i[0] == 2 ? 0 : 1, i[1]))),
          op("tensorScatterUpdate", (x, y) -> Scattering.tensorScatterUpdate(x, PLACES, y))
              .on(real(3, 2), real(2))
              .takes(ANY)
              .matches(
                  x ->
                      Grid.of(
                          shape(3, 2),
                          i ->
                              Arrays.equals(i, shape(2, 1))
                                  ? x[1].at(0)
                                  : Arrays.equals(i, shape(0, 0)) ? x[1].at(1) : x[0].at(i))),
          op("tensorScatterAdd", (x, i, y) -> Scattering.tensorScatterAdd(x, i, y))
              .on(real(3, 4), index(3, 6, 2), real(6))
              .takes(NUMERIC)
              .matches(
                  x ->
                      Grid.pointwise(
                          v -> v[0] + v[1], x[0], References.scatterNd(3, 4).of(x[1], x[2]))),
          op("takeAlongAxis", (x, i) -> Scattering.takeAlongAxis(x, i, 1))
              .on(real(2, 3, 2), index(3, 2, 5, 2))
              .on(real(2, 3), index(3, 2, 0))
              .on(real(0, 3), index(3, 0, 2))
              .takes(ANY)
              .matches(
                  x ->
                      Grid.of(
                          x[1].shape(),
                          i -> {
                            int[] at = i.clone();
                            at[1] = (int) x[1].at(i);
                            return x[0].at(at);
                          })),
          op("takeAlongAxis at the end", (x, i) -> Scattering.takeAlongAxis(x, i, -1))
              .on(real(5), index(5, 3))
              .takes(ANY)
              .matches(References.gather(0)));
}
