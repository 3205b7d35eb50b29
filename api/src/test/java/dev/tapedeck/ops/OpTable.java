package dev.tapedeck.ops;

import dev.tapedeck.testing.OpCheck;
import java.util.List;
import java.util.stream.Stream;

/** Every op, with the operands it is tried on and its definition; {@link OpTest} tries them. */
final class OpTable {
  private OpTable() {}

  static final List<OpCheck> ROWS =
      Stream.of(
              PointwiseTable.ROWS,
              ReductionTable.ROWS,
              SortingTable.ROWS,
              ShapingTable.ROWS,
              RearrangingTable.ROWS,
              IndexingTable.ROWS,
              LinalgTable.ROWS,
              NeuralTable.ROWS,
              RandomTable.ROWS)
          .flatMap(List::stream)
          .toList();
}
