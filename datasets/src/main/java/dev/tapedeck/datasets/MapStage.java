package dev.tapedeck.datasets;

import dev.tapedeck.ops.random.RandomKey;
import java.util.Iterator;
import java.util.function.Function;

/** Each element, mapped by a function when it is requested. */
record MapStage<E, F>(Stage<E> upstream, Function<? super E, ? extends F> function)
    implements Stage<F> {
  @Override
  public long cardinality() {
    return upstream.cardinality();
  }

  @Override
  public Iterator<F> iterator(RandomKey pass) {
    Iterator<E> elements = upstream.iterator(pass);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return elements.hasNext();
      }

      @Override
      public F next() {
        return function.apply(elements.next());
      }
    };
  }
}
