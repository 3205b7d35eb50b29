package dev.tapedeck.datasets;

import dev.tapedeck.function.TensorTree;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Example;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.BiFunction;

/**
 * Examples that a function makes of a state and each element; it returns the next state with each.
 *
 * <p>A state may share tensors with its example and with other states, so both are copied.
 */
record ScanStage<E, S>(
    Stage<E> upstream, Collator<E> collator, S initial, BiFunction<S, Example, Scanned<S>> function)
    implements Stage<DetachedExample> {
  @Override
  public long cardinality() {
    return upstream.cardinality();
  }

  @Override
  public Iterator<DetachedExample> iterator(RandomKey pass) {
    Iterator<E> elements = upstream.iterator(pass);
    return new Iterator<>() {
      private S state = initial;
      private long number;

      @Override
      public boolean hasNext() {
        return elements.hasNext();
      }

      @Override
      public DetachedExample next() {
        E element = elements.next();
        return ElementErrors.at("scan", number++, () -> scan(element));
      }

      private DetachedExample scan(E element) {
        return DetachedExample.of(
            () -> {
              try (Scope making = new Scope()) {
                Scanned<S> scanned = scanned(state, collator.example(element));
                state = lasting(scanned.state(), making);
                return kept(scanned.example(), making);
              }
            });
      }
    };
  }

  /** Returns a state whose tensors are the collector's: copies of those that a scope releases. */
  private S lasting(S state, Scope making) {
    try (Scope _ = Scope.none()) {
      List<Tensor> tensors = new ArrayList<>();
      TensorTree tree = TensorTree.of(state, tensors);
      return tensors.stream().anyMatch(tensor -> making.owns((EagerTensor) tensor))
          ? tree.rebuild(tensors.stream().map(DetachedExample::copy).toList())
          : state;
    }
  }

  /** Returns an example that shares no memory with a state. */
  private static Example kept(Example example, Scope making) {
    List<Tensor> tensors = new ArrayList<>();
    ExampleTree tree = ExampleTree.of(example, tensors);
    return tree.build(tensors.stream().map(DetachedExample::copy).map(making::keep).iterator());
  }

  private Scanned<S> scanned(S state, Example example) {
    Scanned<S> scanned = function.apply(state, example);
    if (scanned == null || scanned.example() == null || scanned.example().inputs() == null) {
      throw Refusal.of(
          "scan",
          "needs a state and an Example with inputs from the function",
          scanned,
          "return new Scanned<>(state, new Example(inputs, labels))");
    }
    return scanned;
  }
}
