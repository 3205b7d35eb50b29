package dev.tapedeck.datasets;

import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.train.Example;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;

/** Collator for elements that are examples already: a batch stacks their tensors. */
final class StackingCollator implements Collator<DetachedExample> {
  @Override
  public Example example(DetachedExample element) {
    return element.handOut();
  }

  @Override
  public Example batch(List<DetachedExample> elements) {
    List<Example> examples = elements.stream().map(DetachedExample::handOut).toList();
    return new Example(stack("x", examples, Example::x), stack("y", examples, Example::y));
  }

  @Override
  public void discard(DetachedExample element) {
    try (Scope scope = new Scope()) {
      element.handOut();
    }
  }

  private static Tensor stack(String what, List<Example> examples, Function<Example, Tensor> part) {
    Object[] tensors = examples.stream().map(part).toArray();
    TensorSpec first = spec(tensors[0]);
    for (int i = 1; i < tensors.length; i++) {
      if (!Objects.equals(first, spec(tensors[i]))) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "batch: examples differ in %s: example 0 has %s, example %d has %s; give all one type and shape with map first",
                what,
                first,
                i,
                spec(tensors[i])));
      }
    }
    return first == null ? null : Joining.stack(0, tensors);
  }

  private static TensorSpec spec(Object tensor) {
    return tensor == null ? null : ((Tensor) tensor).spec();
  }
}
