package dev.tapedeck.datasets;

import dev.tapedeck.function.TensorTree;
import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.StringTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Example;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** Collator for elements that are examples already: a batch stacks their tensors. */
final class StackingCollator implements Collator<DetachedExample> {
  @Override
  public Example example(DetachedExample element) {
    return element.handOut();
  }

  @Override
  public Example look(DetachedExample element) {
    return element.look();
  }

  @Override
  public DetachedExample pinned(DetachedExample element) {
    return element.pinned();
  }

  @Override
  public Example batch(List<DetachedExample> elements) {
    elements.forEach(element -> element.memory().attach());
    return stack(elements);
  }

  @Override
  public Example stack(List<DetachedExample> elements) {
    DetachedExample first = elements.getFirst();
    for (int i = 1; i < elements.size(); i++) {
      requireAlike(first.tree(), i, elements.get(i).tree());
    }
    return first
        .tree()
        .build(
            IntStream.range(0, first.tensors().size())
                .mapToObj(leaf -> stack(elements, leaf))
                .iterator());
  }

  @Override
  public void discard(DetachedExample element) {
    element.discard();
  }

  private static Tensor stack(List<DetachedExample> elements, int leaf) {
    List<Tensor> rows = elements.stream().map(each -> each.tensors().get(leaf)).toList();
    return rows.getFirst() instanceof StringTensor
        ? StringTensor.stack(rows.stream().map(StringTensor.class::cast).toList())
        : Joining.stack(0, rows.toArray());
  }

  private static void requireAlike(ExampleTree first, int number, ExampleTree other) {
    if (first.equals(other)) {
      return;
    }
    Map<String, TensorTree> expected = first.parts();
    Map<String, TensorTree> received = other.parts();
    String name =
        expected.keySet().stream()
            .filter(part -> !expected.get(part).equals(received.get(part)))
            .findFirst()
            .orElseThrow();
    throw Refusal.of(
        "batch",
        "needs examples of one structure, with one type and shape in each place",
        String.format(
            Locale.ROOT,
            "%s %s in example 0 and %s in example %d",
            name,
            ExampleTree.describe(expected.get(name)),
            ExampleTree.describe(received.get(name)),
            number),
        "give all the same with map first");
  }
}
