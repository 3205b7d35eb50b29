package dev.tapedeck.datasets;

import dev.tapedeck.function.TensorTree;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.StringTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Example;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * First stage of a pipeline: examples that are all in memory, and whose row numbers are the
 * elements.
 *
 * @param tree structure of the examples
 * @param stores rows of each of its tensors
 */
record Source(int count, ExampleTree tree, List<RowStore> stores)
    implements Stage<Integer>, Collator<Integer> {
  /**
   * Returns the slices of tensors along their first axis; a new tensor lives as long as the
   * pipeline, a given one is the caller's.
   *
   * @param labels null for none
   * @param weights null for none
   */
  static Source of(Object inputs, Object labels, Object weights) {
    try (Scope none = Scope.none()) {
      List<Tensor> tensors = new ArrayList<>();
      ExampleTree tree =
          new ExampleTree(
              required(inputs, tensors), optional(labels, tensors), optional(weights, tensors));
      requireRebuilt(tree, tensors);
      List<RowStore> stores = tensors.stream().map(tensor -> rows(tree, tensor)).toList();
      return new Source(count(tree, tensors), tree, stores);
    }
  }

  static Source of(LabelledImages images) {
    List<RowStore> stores =
        List.of(
            new RowStore.Images(images.pixels(), images.height(), images.width()),
            new RowStore.Classes(images.labels()));
    Example one = new Example(stores.getFirst().row(), stores.getLast().row(), null);
    return new Source(images.count(), ExampleTree.of(one, new ArrayList<>()), stores);
  }

  private static TensorTree optional(Object value, List<Tensor> tensors) {
    return value == null ? TensorTree.of(null, tensors) : required(value, tensors);
  }

  /** Returns the structure of a value, or of the tensor that it stands for, as a variable does. */
  private static TensorTree required(Object value, List<Tensor> tensors) {
    TensorTree tree = TensorTree.of(value, tensors);
    return tree.specs().isEmpty() ? TensorTree.of(Tensor.of(value), tensors) : tree;
  }

  /** Returns a value with its arrays as tensors, or the tensor that it stands for. */
  static Object tensors(Object value) {
    List<Tensor> tensors = new ArrayList<>();
    return required(value, tensors).build(tensors.iterator());
  }

  private static RowStore rows(ExampleTree tree, Tensor tensor) {
    if (!(tensor instanceof EagerTensor eager)) {
      throw Refusal.of(
          "Pipeline.of",
          "needs tensors with values",
          "symbolic " + sizes(tree),
          "make the pipeline outside the traced function");
    }
    if (tensor.shape().isScalar() || tensor.shape().size(0) > Integer.MAX_VALUE) {
      throw Refusal.of(
          "Pipeline.of",
          "needs a first axis of at most " + Integer.MAX_VALUE + " examples in each tensor",
          sizes(tree),
          "give a scalar an axis of examples");
    }
    return eager instanceof StringTensor text
        ? new RowStore.Text(text)
        : new RowStore.Rows(eager.dense());
  }

  private static int count(ExampleTree tree, List<Tensor> tensors) {
    long[] sizes =
        tensors.stream().mapToLong(tensor -> tensor.shape().size(0)).distinct().toArray();
    if (sizes.length > 1) {
      throw Refusal.of(
          "Pipeline.of",
          "needs as many examples in each tensor, along its first axis",
          sizes(tree),
          "cut all to one length");
    }
    return (int) sizes[0];
  }

  private static String sizes(ExampleTree tree) {
    return tree.parts().entrySet().stream()
        .filter(part -> part.getValue() instanceof TensorTree.Leaf)
        .map(part -> part.getKey() + " " + ExampleTree.describe(part.getValue()))
        .collect(Collectors.joining(", "));
  }

  /** Checks that records can be made of tensors, since their components may be of other types. */
  private static void requireRebuilt(ExampleTree tree, List<Tensor> tensors) {
    try {
      Example _ = tree.build(tensors.iterator());
    } catch (IllegalStateException e) {
      IllegalArgumentException refusal =
          Refusal.of(
              "Pipeline.of",
              "needs records that can be made anew of the tensors of each batch",
              sizes(tree),
              "declare components that hold tensors as Tensor, as List or Map of them, or as Object");
      refusal.initCause(e);
      throw refusal;
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
    return example(store -> store.get(number));
  }

  @Override
  public Example batch(List<Integer> numbers) {
    return example(store -> store.gather(numbers));
  }

  @Override
  public Example look(Integer number) {
    return example(number);
  }

  @Override
  public Example stack(List<Integer> numbers) {
    return batch(numbers);
  }

  @Override
  public Integer pinned(Integer number) {
    return number;
  }

  private Example example(Function<RowStore, Tensor> read) {
    List<Tensor> tensors = new ArrayList<>();
    stores.forEach(store -> tensors.add(read.apply(store)));
    return tree.build(tensors.iterator());
  }

  @Override
  public void discard(Integer number) {}
}
