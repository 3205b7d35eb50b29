package dev.tapedeck.train;

import dev.tapedeck.function.TensorTree;
import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.StringTensor;
import dev.tapedeck.tensor.Tensor;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Dataset of the rows of tensors, their slices along the first axis, in batches; the last batch may
 * be smaller.
 *
 * @param rows inputs, labels and weights of all rows
 * @param size number of rows
 * @param batchSize rows in a batch
 * @param shuffle whether every iteration has another order, from the process's random generator
 */
record ArrayDataset(Example rows, long size, int batchSize, boolean shuffle) implements Dataset {
  private static final int DEFAULT_BATCH_SIZE = 32;

  /**
   * Makes a dataset in order.
   *
   * @param x inputs: a tensor, or an array of which one is made, or a record, map or list of these
   * @param y labels, as the inputs; null for none
   * @param weights weights of the rows, or of places in them, as the inputs; null for none
   * @throws IllegalArgumentException if the numbers of rows differ, or a weight is below 0
   */
  static ArrayDataset of(String who, Object x, Object y, Object weights) {
    Example rows = new Example(tensors(x), tensors(y), tensors(weights));
    ArrayDataset dataset = new ArrayDataset(rows, size(who, rows), DEFAULT_BATCH_SIZE, false);
    TensorTree.tensorsOf(rows.weights()).forEach(each -> requireWeights(who, each));
    return dataset;
  }

  /** Returns a structure in which arrays have become tensors. */
  private static Object tensors(Object values) {
    return TensorTree.map(values, UnaryOperator.identity());
  }

  private static long size(String who, Example rows) {
    List<Tensor> inputs = TensorTree.tensorsOf(rows.inputs());
    boolean fit = !inputs.isEmpty() && !inputs.getFirst().shape().isScalar();
    long size = fit ? inputs.getFirst().shape().size(0) : 0;
    for (Tensor each : all(rows)) {
      fit &= !each.shape().isScalar() && each.shape().size(0) == size;
    }
    if (!fit) {
      throw Refusal.of(
          who,
          "needs x, y and weights that are tensors or arrays with equally many rows",
          describe(rows),
          "give each row of x a label, and a weight if there are any");
    }
    return size;
  }

  private static List<Tensor> all(Example rows) {
    return TensorTree.tensorsOf(Arrays.asList(rows.inputs(), rows.labels(), rows.weights()));
  }

  private static String describe(Example rows) {
    StringBuilder text = new StringBuilder("x " + BatchCheck.describe(rows.inputs()));
    if (rows.labels() != null) {
      text.append(", y ").append(BatchCheck.describe(rows.labels()));
    }
    if (rows.weights() != null) {
      text.append(", weights ").append(BatchCheck.describe(rows.weights()));
    }
    return text.toString();
  }

  private static void requireWeights(String who, Tensor weights) {
    for (double weight : weights.toDoubleArray()) {
      if (!(weight >= 0)) {
        throw Refusal.of(
            who,
            "needs sample weights of 0 or more",
            weight,
            "give each row its factor in the loss");
      }
    }
  }

  /** Returns the dataset with other inputs, labels and weights of its rows. */
  ArrayDataset with(Example other) {
    return new ArrayDataset(other, size, batchSize, shuffle);
  }

  /**
   * Returns the dataset in other batches.
   *
   * @param rowsEach rows in a batch; null for 32, or for what divides the rows into the steps
   * @param steps number of batches; null for all
   */
  ArrayDataset batch(Integer rowsEach, Integer steps) {
    int divided = steps == null ? DEFAULT_BATCH_SIZE : (int) Math.ceilDiv(size, (long) steps);
    return new ArrayDataset(
        rows, size, rowsEach == null ? Math.max(divided, 1) : rowsEach, shuffle);
  }

  /** Returns the dataset shuffled before every iteration, or in order. */
  ArrayDataset shuffle(boolean shuffles) {
    return new ArrayDataset(rows, size, batchSize, shuffles);
  }

  /** Returns a part of the rows, from one on to before another. */
  ArrayDataset range(long from, long end) {
    return new ArrayDataset(slice(from, end), end - from, batchSize, shuffle);
  }

  /** Returns rows as views, from one on to before another. */
  Example slice(long from, long end) {
    return from == 0 && end == size
        ? rows
        : map(
            each ->
                each instanceof StringTensor text
                    ? text.rows(from, end)
                    : Indexing.narrow(each, 0, from, end - from));
  }

  /** Returns copies of the rows of these numbers. */
  Example gather(int... numbers) {
    Tensor indices = Tensor.of(numbers);
    long[] rows = indices.toLongArray();
    return map(
        each ->
            each instanceof StringTensor text
                ? text.gather(rows)
                : Indexing.gather(each, indices, 0));
  }

  private Example map(UnaryOperator<Tensor> change) {
    return new Example(
        TensorTree.map(rows.inputs(), change),
        TensorTree.map(rows.labels(), change),
        TensorTree.map(rows.weights(), change));
  }

  @Override
  public long cardinality() {
    return Math.ceilDiv(size, (long) batchSize);
  }

  @Override
  public String whyEmpty() {
    return "x has no rows";
  }

  @Override
  public Iterator<Example> iterator() {
    return new ArrayIterator(this);
  }
}
