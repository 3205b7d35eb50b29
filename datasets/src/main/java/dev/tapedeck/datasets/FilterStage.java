package dev.tapedeck.datasets;

import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.train.Example;
import java.util.Iterator;
import java.util.function.Predicate;

/** The elements whose examples a predicate accepts; the others are discarded. */
record FilterStage<E>(Stage<E> upstream, Collator<E> collator, Predicate<Example> predicate)
    implements Stage<E> {
  @Override
  public long cardinality() {
    return Stage.atMost(upstream.cardinality());
  }

  @Override
  public Iterator<E> iterator(RandomKey pass) {
    Iterator<E> elements = upstream.iterator(pass);
    long[] number = {0};
    return new FoundIterator<>(
        () -> {
          while (elements.hasNext()) {
            E element = elements.next();
            if (ElementErrors.at("filter", number[0]++, () -> accepts(element))) {
              return element;
            }
            collator.discard(element);
          }
          return null;
        });
  }

  private boolean accepts(E element) {
    try (Scope _ = new Scope()) {
      return predicate.test(collator.look(element));
    }
  }
}
