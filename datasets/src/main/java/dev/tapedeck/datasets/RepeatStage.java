package dev.tapedeck.datasets;

import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.train.Dataset;
import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** All elements, {@code count} times over or {@link Dataset#INFINITE}. */
record RepeatStage<E>(Stage<E> upstream, long count) implements Stage<E> {
  @Override
  public long cardinality() {
    long once = upstream.cardinality();
    if (once == 0 || count == 0) {
      return 0;
    }
    if (once == Dataset.UNKNOWN && count != Dataset.INFINITE) {
      return once;
    }
    boolean countable = once > 0 && count > 0 && count <= Long.MAX_VALUE / once;
    return countable ? once * count : Dataset.INFINITE;
  }

  @Override
  public Iterator<E> iterator(RandomKey pass) {
    return new Iterator<>() {
      private Iterator<E> elements = Collections.emptyIterator();
      private long passes;
      // A pass without elements would be followed by another one, without end.
      private boolean sawElements = true;

      @Override
      public boolean hasNext() {
        while (!elements.hasNext()) {
          if (!sawElements || passes == count) {
            return false;
          }
          elements = upstream.iterator(pass.foldIn(passes++));
          sawElements = false;
        }
        return true;
      }

      @Override
      public E next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        sawElements = true;
        return elements.next();
      }
    };
  }
}
