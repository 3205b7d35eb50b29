package dev.tapedeck.spark;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Example;
import java.io.Serializable;
import java.util.List;

/**
 * A row of a table.
 *
 * @param number its number, from 0 on
 * @param features the numbers of the input
 * @param label those of the label; null where there is none
 */
@SuppressWarnings("ArrayRecordComponent") // which nobody changes or compares
record NumberedRow(long number, float[] features, float[] label) implements Serializable {
  private static final long serialVersionUID = 1;

  /** Returns rows as a batch. */
  static Example example(List<NumberedRow> rows, Columns columns) {
    Tensor x = tensor(rows.stream().map(NumberedRow::features).toList());
    if (!columns.shape().isEmpty()) {
      long[] sizes = columns.shape().stream().mapToLong(Long::longValue).toArray();
      x = x.reshape(Shape.of(rows.size()).concat(sizes).toArray());
    }
    if (columns.label() == null) {
      return new Example(x, null);
    }
    Tensor y = tensor(rows.stream().map(NumberedRow::label).toList());
    if (!columns.wholeLabels()) {
      return new Example(x, y);
    }
    Tensor classes = y.shape().size(1) == 1 ? y.reshape(-1) : y;
    return new Example(x, classes.cast(DType.INT32));
  }

  private static Tensor tensor(List<float[]> rows) {
    int width = rows.getFirst().length;
    for (float[] row : rows) {
      if (row.length != width) {
        throw Refusal.of(
            "spark",
            "needs as many numbers in each row, " + width,
            row.length,
            "pad or cut the arrays");
      }
    }
    return Tensor.of(rows.toArray(float[][]::new));
  }
}
