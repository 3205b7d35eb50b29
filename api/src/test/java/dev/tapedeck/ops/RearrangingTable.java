package dev.tapedeck.ops;

import static dev.tapedeck.ops.array.MeshIndexing.IJ;
import static dev.tapedeck.ops.array.MeshIndexing.XY;
import static dev.tapedeck.ops.array.PadMode.CONSTANT;
import static dev.tapedeck.ops.array.PadMode.REFLECT;
import static dev.tapedeck.ops.array.PadMode.SYMMETRIC;
import static dev.tapedeck.tensor.DType.BOOL;
import static dev.tapedeck.tensor.DType.FLOAT64;
import static dev.tapedeck.tensor.DType.INT32;
import static dev.tapedeck.tensor.DType.INT64;
import static dev.tapedeck.testing.Grid.shape;
import static dev.tapedeck.testing.OpCheck.op;
import static dev.tapedeck.testing.Operand.real;
import static dev.tapedeck.testing.Types.ANY;

import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.array.Rearranging;
import dev.tapedeck.ops.linalg.Diagonals;
import dev.tapedeck.testing.Grid;
import dev.tapedeck.testing.OpCheck;
import java.util.List;
import java.util.function.IntBinaryOperator;
import java.util.function.IntPredicate;
import java.util.stream.Stream;

/** Elements in other places, diagonals, and new tensors. */
final class RearrangingTable {
  private static final int[][] PADDINGS = {{1, 2}, {0, 3}};

  private static final long LARGE = Long.MAX_VALUE;

  private RearrangingTable() {}

  private static final List<OpCheck> OWN =
      List.of(
          op("tile", x -> Rearranging.tile(x, 2, 3))
              .on(real(2, 3))
              .takes(ANY)
              .matches(References.moved(i -> shape(i[0] % 2, i[1] % 3), 4, 9)),
          op("tile to nothing", x -> Rearranging.tile(x, 2, 0))
              .on(real(2, 3))
              .takes(ANY)
              .matches(References.moved(i -> i, 4, 0)),
          op("tile of a scalar", x -> Rearranging.tile(x))
              .on(real())
              .takes(ANY)
              .matches(References.moved(i -> i)),
          op("repeat", x -> Rearranging.repeat(x, 2, -2))
              .on(real(2, 3))
              .takes(ANY)
              .matches(References.moved(i -> shape(i[0] / 2, i[1]), 4, 3)),
          op("repeat never", x -> Rearranging.repeat(x, 0, 0))
              .on(real(2, 3))
              .takes(ANY)
              .matches(References.moved(i -> i, 0, 3)),
          op("pad", x -> Rearranging.pad(x, PADDINGS))
              .on(real(2, 3))
              .on(real(20, 30))
              .on(real(0, 3))
              .takes(ANY)
              .matches(padded(0)),
          op("pad with 1", x -> Rearranging.pad(x, PADDINGS, 1))
              .on(real(2, 3))
              .takes(ANY)
              .matches(padded(1)),
          op("pad of a scalar", x -> Rearranging.pad(x, new int[0][], CONSTANT))
              .on(real())
              .takes(ANY)
              .matches(References.moved(i -> i)),
          op("pad by reflecting", x -> Rearranging.pad(x, PADDINGS, REFLECT))
              .on(real(4, 4))
              .on(real(3, 20))
              .takes(ANY)
              .matches(mirrored((i, n) -> i < 0 ? -i : i < n ? i : 2 * n - 2 - i)),
          op("pad symmetrically", x -> Rearranging.pad(x, PADDINGS, SYMMETRIC))
              .on(real(2, 3))
              .on(real(3, 20))
              .takes(ANY)
              .matches(mirrored((i, n) -> i < 0 ? -i - 1 : i < n ? i : 2 * n - 1 - i)),
          op("reverse", x -> Rearranging.reverse(x, 1))
              .on(real(2, 3, 4))
              .takes(ANY)
              .matches(References.moved(i -> shape(i[0], 2 - i[1], i[2]), 2, 3, 4)),
          op("reverse all", x -> Rearranging.reverse(x))
              .on(real(4, 3))
              .takes(ANY)
              .matches(References.moved(i -> shape(3 - i[0], 2 - i[1]), 4, 3)),
          op("reverse of nothing", x -> Rearranging.reverse(x, -1, 0))
              .on(real(0, 3))
              .takes(ANY)
              .matches(References.moved(i -> i, 0, 3)),
          op("rot90", x -> Rearranging.rot90(x, 1, 0, 1))
              .on(real(2, 3))
              .takes(ANY)
              .matches(References.moved(i -> shape(i[1], 2 - i[0]), 3, 2)),
          op("rot90 twice", x -> Rearranging.rot90(x, 2, 0, 1))
              .on(real(2, 3))
              .takes(ANY)
              .matches(References.moved(i -> shape(1 - i[0], 2 - i[1]), 2, 3)),
          op("rot90 back", x -> Rearranging.rot90(x, -1, -2, -1))
              .on(real(2, 2, 3))
              .takes(ANY)
              .matches(References.moved(i -> shape(i[0], 1 - i[2], i[1]), 2, 3, 2)),
          op("rot90 four times", x -> Rearranging.rot90(x, 4, 0, 1))
              .on(real(2, 3))
              .takes(ANY)
              .matches(References.moved(i -> i, 2, 3)),
          op("roll", x -> Rearranging.roll(x, 2, 1))
              .on(real(2, 5))
              .takes(ANY)
              .matches(References.moved(i -> shape(i[0], (i[1] + 3) % 5), 2, 5)),
          op("roll along two", x -> Rearranging.roll(x, new long[] {-1, 13}, new int[] {0, -1}))
              .on(real(4, 5))
              .takes(ANY)
              .matches(References.moved(i -> shape((i[0] + 1) % 4, (i[1] + 2) % 5), 4, 5)),
          op("roll of nothing", x -> Rearranging.roll(x, 1, 0))
              .on(real(0, 3))
              .takes(ANY)
              .matches(References.moved(i -> i, 0, 3)),
          op("spaceToDepth", x -> Rearranging.spaceToDepth(x, 2))
              .on(real(2, 4, 6, 3))
              .takes(ANY)
              .matches(
                  References.moved(
                      i -> shape(i[0], 2 * i[1] + i[3] / 6, 2 * i[2] + i[3] / 3 % 2, i[3] % 3),
                      2,
                      2,
                      3,
                      12)),
          op("depthToSpace", x -> Rearranging.depthToSpace(x, 2))
              .on(real(2, 2, 3, 8))
              .takes(ANY)
              .matches(
                  References.moved(
                      i -> shape(i[0], i[1] / 2, i[2] / 2, i[1] % 2 * 4 + i[2] % 2 * 2 + i[3]),
                      2,
                      4,
                      6,
                      2)),
          op("diag", x -> Diagonals.diag(x))
              .on(real(3))
              .on(real(2, 3))
              .on(real(2, 0))
              .takes(ANY)
              .matches(RearrangingTable::diag),
          op("diagPart", x -> Diagonals.diagPart(x))
              .on(real(2, 3, 4))
              .takes(ANY)
              .matches(References.moved(i -> shape(i[0], i[1], i[1]), 2, 3)),
          op("diagPart of high matrices", x -> Diagonals.diagPart(x))
              .on(real(4, 2))
              .takes(ANY)
              .matches(References.moved(i -> shape(i[0], i[0]), 2)),
          op("diagPart of nothing", x -> Diagonals.diagPart(x))
              .on(real(0, 3))
              .takes(ANY)
              .matches(References.moved(i -> i, 0)),
          op("tril", x -> Diagonals.tril(x))
              .on(real(2, 3, 4))
              .on(real(4, 0))
              .takes(ANY)
              .matches(triangle(k -> k <= 0)),
          op("tril below", x -> Diagonals.tril(x, -1))
              .on(real(4, 3))
              .takes(ANY)
              .matches(triangle(k -> k <= -1)),
          op("triu", x -> Diagonals.triu(x))
              .on(real(4, 3))
              .takes(ANY)
              .matches(triangle(k -> k >= 0)),
          op("triu above", x -> Diagonals.triu(x, 1))
              .on(real(2, 3, 4))
              .takes(ANY)
              .matches(triangle(k -> k >= 1)),
          op("zerosLike", x -> Creation.zerosLike(x))
              .on(real(2, 3))
              .on(real())
              .takes(ANY)
              .matches(x -> Grid.of(x[0].shape(), i -> 0)),
          op("onesLike", x -> Creation.onesLike(x))
              .on(real(2, 3))
              .on(real(0, 3))
              .takes(ANY)
              .matches(x -> Grid.of(x[0].shape(), i -> 1)),
          op("fullLike", x -> Creation.fullLike(x, 1L))
              .on(real(2, 3))
              .takes(ANY)
              .matches(x -> Grid.of(x[0].shape(), i -> 1)),
          op("eye", () -> Creation.eye(3, 4, FLOAT64))
              .matches(x -> Grid.of(shape(3, 4), i -> i[0] == i[1] ? 1 : 0)),
          op("eye of bools", () -> Creation.eye(4, 2, BOOL))
              .gives(BOOL)
              .matches(x -> Grid.of(shape(4, 2), i -> i[0] == i[1] ? 1 : 0)),
          op("range", () -> Creation.range(0.5, 2.1, 0.25, FLOAT64))
              .matches(x -> Grid.of(shape(7), i -> 0.5 + 0.25 * i[0])),
          op("range of a count", () -> Creation.range(4))
              .gives(INT32)
              .matches(x -> Grid.of(shape(4), i -> i[0])),
          op("range of large numbers", () -> Creation.range(LARGE - 3, LARGE, 2, INT64).sub(LARGE))
              .gives(INT64)
              .matches(x -> Grid.of(shape(2), i -> 2 * i[0] - 3)),
          op("range downwards", () -> Creation.range(7, -2, -3, INT32))
              .gives(INT32)
              .matches(x -> Grid.of(shape(3), i -> 7 - 3 * i[0])),
          op("range of nothing", () -> Creation.range(3, 3, 1, INT32))
              .gives(INT32)
              .matches(x -> new Grid(shape(0))),
          op("linspace", () -> Creation.linspace(-1, 2.3, 12, FLOAT64))
              .matches(x -> Grid.of(shape(12), i -> -1 + 3.3 * i[0] / 11)),
          op("linspace of one", () -> Creation.linspace(5, 7, 1, FLOAT64))
              .matches(x -> new Grid(shape(1), 5)),
          op("meshgrid", (x, y, z) -> Creation.meshgrid(XY, x, y, z).getFirst())
              .on(real(2), real(3), real(4))
              .on(real(2), real(), real(0))
              .takes(ANY)
              .matches(x -> Grid.of(grid(1, 0, 2, x), i -> x[0].at(i[1]))),
          op("meshgrid by row", (x, y) -> Creation.meshgrid(IJ, x, y).get(1))
              .on(real(2), real(3))
              .takes(ANY)
              .matches(x -> Grid.of(shape(2, 3), i -> x[1].at(i[1]))));

  static final List<OpCheck> ROWS =
      Stream.of(OWN, PatchesTable.ROWS).flatMap(List::stream).toList();

  private static OpCheck.Reference padded(double value) {
    return x ->
        Grid.of(
            shape(x[0].size(0) + 3, x[0].size(1) + 3),
            i -> x[0].contains(i[0] - 1, i[1]) ? x[0].at(i[0] - 1, i[1]) : value);
  }

  private static OpCheck.Reference mirrored(IntBinaryOperator fold) {
    return x -> {
      int rows = x[0].size(0);
      int columns = x[0].size(1);
      return Grid.of(
          shape(rows + 3, columns + 3),
          i -> x[0].at(fold.applyAsInt(i[0] - 1, rows), fold.applyAsInt(i[1], columns)));
    };
  }

  private static Grid diag(Grid... x) {
    int last = x[0].shape().length - 1;
    int[] shape = java.util.Arrays.copyOf(x[0].shape(), last + 2);
    shape[last + 1] = shape[last];
    return Grid.of(
        shape, i -> i[last] == i[last + 1] ? x[0].at(java.util.Arrays.copyOf(i, last + 1)) : 0);
  }

  private static OpCheck.Reference triangle(IntPredicate diagonals) {
    return x ->
        Grid.of(
            x[0].shape(), i -> diagonals.test(i[i.length - 1] - i[i.length - 2]) ? x[0].at(i) : 0);
  }

  private static int[] grid(int first, int second, int third, Grid... x) {
    return shape(x[first].values().length, x[second].values().length, x[third].values().length);
  }
}
