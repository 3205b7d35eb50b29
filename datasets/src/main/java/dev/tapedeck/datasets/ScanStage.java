package dev.tapedeck.datasets;

import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.train.Example;
import java.util.Iterator;
import java.util.function.BiFunction;

/**
 * Examples that a function makes of a state and each element; it returns the next state with each.
 *
 * <p>A state may share tensors with its example and with other states, so the collector releases
 * what the function makes, and examples are copies.
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
        return ElementErrors.at(
            "scan",
            number++,
            () -> {
              try (Scope _ = Scope.none()) {
                Scanned<S> scanned = scanned(state, collator.example(element));
                state = scanned.state();
                return DetachedExample.of(scanned::example).copy();
              }
            });
      }
    };
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
