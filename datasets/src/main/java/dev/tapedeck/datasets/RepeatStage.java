package dev.tapedeck.datasets;

import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.train.Dataset;
import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** All elements again and again, {@code count} times or {@link Dataset#INFINITE}. */
record RepeatStage<E>(Stage<E> upstream, long count) implements Stage<E> {
  @Override
  public long cardinality() {
    long once = upstream.cardinality();
    if (once == 0 || count == 0) {
      return 0;
    }
    boolean countable = once > 0 && count > 0 && count <= Long.MAX_VALUE / once;
    return countable ? once * count : Dataset.INFINITE;
  }

  @Override
  public Iterator<E> iterator(RandomKey pass) {
    return new Iterator<>() {
      private Iterator<E> elements = Collections.emptyIterator();
      private long passes;
      // After a pass without elements another would have none either: without end, for ever.
      private boolean fruitful = true;

      @Override
      public boolean hasNext() {
        while (!elements.hasNext()) {
          if (!fruitful || passes == count) {
            return false;
          }
          elements = upstream.iterator(pass.fold(passes++));
          fruitful = false;
        }
        return true;
      }

      @Override
      public E next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        fruitful = true;
        return elements.next();
      }
    };
  }
}
