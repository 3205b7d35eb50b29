package dev.tapedeck.ops;

import static dev.tapedeck.ops.Grid.shape;
import static dev.tapedeck.ops.Operand.index;
import static dev.tapedeck.ops.Operand.real;
import static dev.tapedeck.ops.Row.Types.ANY;
import static dev.tapedeck.ops.Row.row;
import static dev.tapedeck.tensor.DType.BOOL;
import static dev.tapedeck.tensor.DType.FLOAT64;

import java.util.List;

/** Parts of tensors and elements picked by index. */
final class IndexingTable {
  private IndexingTable() {}

  static final List<Row> ROWS =
      List.of(
          row("slice", x -> Indexing.slice(x, new long[] {1, 0}, new long[] {2, -1}))
              .on(real(4, 3))
              .takes(ANY)
              .matches(References.slice(shape(1, 0), 2, 3)),
          row("slice of nothing", x -> Indexing.slice(x, new long[] {4, 1}, new long[] {0, 2}))
              .on(real(4, 3))
              .takes(ANY)
              .matches(References.slice(shape(4, 1), 0, 2)),
          row("narrow", x -> Indexing.narrow(x, -1, 1, 10))
              .on(real(2, 12))
              .on(real(30, 12))
              .takes(ANY)
              .matches(x -> References.slice(shape(0, 1), x[0].size(0), 10).of(x)),
          row("gather", (x, i) -> Indexing.gather(x, i, 0))
              .on(real(4, 3), index(4, 2, 5))
              .on(real(20, 30), index(20, 15))
              .on(real(4, 3), index(4))
              .on(real(4, 3), index(4, 0))
              .takes(ANY)
              .matches(References.gather(0)),
          row("gather along 1", (x, i) -> Indexing.gather(x, i, -2))
              .on(real(2, 3, 4), index(3, 5))
              .takes(ANY)
              .matches(References.gather(1)),
          row("oneHot", i -> Indexing.oneHot(i, 5, FLOAT64))
              .on(index(5, 2, 3))
              .on(index(5, 100))
              .on(index(5))
              .on(index(5, 0))
              .gives(FLOAT64)
              .matches(References.oneHot(5)),
          row("oneHot of bools", i -> Indexing.oneHot(i, 3, BOOL))
              .on(index(3, 4))
              .gives(BOOL)
              .matches(References.oneHot(3)));
}
