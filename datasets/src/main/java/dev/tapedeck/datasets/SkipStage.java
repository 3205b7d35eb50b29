package dev.tapedeck.datasets;

import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.train.Dataset;
import java.util.Iterator;
import java.util.Locale;
import java.util.function.Consumer;

/** All but the first elements, which are discarded when the first of the others is asked for. */
record SkipStage<E>(Stage<E> upstream, long count, Consumer<E> discard) implements Stage<E> {
  @Override
  public long cardinality() {
    long all = upstream.cardinality();
    return all == Dataset.INFINITE ? all : Math.max(all - count, 0);
  }

  @Override
  public String leavesNothing() {
    return String.format(Locale.ROOT, "skip(%d) leaves none of %d", count, upstream.cardinality());
  }

  @Override
  public Iterator<E> iterator(RandomKey pass) {
    Iterator<E> elements = upstream.iterator(pass);
    return new Iterator<>() {
      private long left = count;

      @Override
      public boolean hasNext() {
        return atTheFirst().hasNext();
      }

      @Override
      public E next() {
        return atTheFirst().next();
      }

      private Iterator<E> atTheFirst() {
        for (; left > 0 && elements.hasNext(); left--) {
          discard.accept(elements.next());
        }
        return elements;
      }
    };
  }
}
