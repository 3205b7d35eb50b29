package dev.tapedeck.datasets;

import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Example;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * First stage of a pipeline: examples that are all in memory, and whose row numbers are the
 * elements.
 *
 * @param y null where the examples have none
 */
record Source(int count, RowStore x, RowStore y) implements Stage<Integer>, Collator<Integer> {
  static Source of(Object x) {
    EagerTensor rows = rows("x", x);
    return new Source((int) rows.shape().size(0), new RowStore.Rows(rows), null);
  }

  static Source of(Object x, Object y) {
    EagerTensor inputs = rows("x", x);
    EagerTensor labels = rows("y", y);
    if (inputs.shape().size(0) != labels.shape().size(0)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Pipeline.of: expected as many labels as inputs along the first axis, received x %s and y %s",
              inputs.spec(),
              labels.spec()));
    }
    int count = (int) inputs.shape().size(0);
    return new Source(count, new RowStore.Rows(inputs), new RowStore.Rows(labels));
  }

  static Source of(LabelledImages images) {
    return new Source(
        images.count(),
        new RowStore.Images(images.pixels(), images.height(), images.width()),
        new RowStore.Classes(images.labels()));
  }

  /**
   * Returns a value as rows; a new tensor lives as long as the pipeline, a given one is the
   * caller's.
   */
  private static EagerTensor rows(String name, Object value) {
    try (Scope none = Scope.none()) {
      if (!(Tensor.of(value) instanceof EagerTensor tensor)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "Pipeline.of: %s is symbolic; make the pipeline outside the traced function",
                name));
      }
      if (tensor.shape().isScalar() || tensor.shape().size(0) > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "Pipeline.of: expected a first axis of at most %d examples, received %s %s",
                Integer.MAX_VALUE,
                name,
                tensor.spec()));
      }
      return tensor.dense();
    }
  }

  @Override
  public Stage<?> upstream() {
    return null;
  }

  @Override
  public long cardinality() {
    return count;
  }

  @Override
  public Iterator<Integer> iterator(RandomKey pass) {
    return IntStream.range(0, count).iterator();
  }

  @Override
  public Example example(Integer number) {
    return new Example(x.get(number), y == null ? null : y.get(number));
  }

  @Override
  public Example batch(List<Integer> numbers) {
    return new Example(x.gather(numbers), y == null ? null : y.gather(numbers));
  }

  @Override
  public void discard(Integer number) {}
}
