package dev.tapedeck.datasets;

import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.train.Dataset;
import java.util.Iterator;
import java.util.Locale;
import java.util.NoSuchElementException;

/** The first {@code count} elements. */
record TakeStage<E>(Stage<E> upstream, long count) implements Stage<E> {
  @Override
  public long cardinality() {
    long all = upstream.cardinality();
    return all == Dataset.INFINITE || count == 0 ? count : Math.min(all, count);
  }

  @Override
  public String whyEmpty() {
    return String.format(Locale.ROOT, "take(%d) leaves none", count);
  }

  @Override
  public Iterator<E> iterator(RandomKey pass) {
    Iterator<E> elements = upstream.iterator(pass);
    return new Iterator<>() {
      private long left = count;

      @Override
      public boolean hasNext() {
        return left > 0 && elements.hasNext();
      }

      @Override
      public E next() {
        if (left == 0) {
          throw new NoSuchElementException();
        }
        E element = elements.next();
        left--;
        return element;
      }
    };
  }
}
