package dev.tapedeck.datasets;

import dev.tapedeck.ops.random.RandomKey;
import java.util.Iterator;
import java.util.Locale;
import java.util.function.Consumer;

/** All but the first {@code count} elements, which are discarded at the first request. */
record SkipStage<E>(Stage<E> upstream, long count, Consumer<E> discard) implements Stage<E> {
  @Override
  public long cardinality() {
    return Stage.count(upstream.cardinality(), all -> Math.max(all - count, 0));
  }

  @Override
  public String whyEmpty() {
    return String.format(Locale.ROOT, "skip(%d) leaves none of %d", count, upstream.cardinality());
  }

  @Override
  public Iterator<E> iterator(RandomKey pass) {
    Iterator<E> elements = upstream.iterator(pass);
    return new Iterator<>() {
      private long left = count;

      @Override
      public boolean hasNext() {
        return remaining().hasNext();
      }

      @Override
      public E next() {
        return remaining().next();
      }

      private Iterator<E> remaining() {
        for (; left > 0 && elements.hasNext(); left--) {
          discard.accept(elements.next());
        }
        return elements;
      }
    };
  }
}
