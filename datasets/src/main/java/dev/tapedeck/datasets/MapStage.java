package dev.tapedeck.datasets;

import dev.tapedeck.ops.random.RandomKey;
import java.util.Iterator;

/**
 * Each element, mapped by a function when it is requested.
 *
 * @param step name of the step, for errors
 */
record MapStage<E, F>(Stage<E> upstream, String step, Function<E, F> function) implements Stage<F> {
  /** A function of an element, and of its number in the pass. */
  interface Function<E, F> {
    F apply(long number, E element);
  }

  @Override
  public long cardinality() {
    return upstream.cardinality();
  }

  @Override
  public Iterator<F> iterator(RandomKey pass) {
    Iterator<E> elements = upstream.iterator(pass);
    return new Iterator<>() {
      private long number;

      @Override
      public boolean hasNext() {
        return elements.hasNext();
      }

      @Override
      public F next() {
        E element = elements.next();
        return ElementErrors.at(step, number, () -> function.apply(number++, element));
      }
    };
  }
}
