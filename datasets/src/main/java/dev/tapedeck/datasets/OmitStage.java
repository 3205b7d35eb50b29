package dev.tapedeck.datasets;

import dev.tapedeck.ops.random.RandomKey;
import java.util.Iterator;
import java.util.Locale;
import java.util.function.Consumer;

/** All elements but {@code count} of them after the first {@code from}, which are discarded. */
record OmitStage<E>(Stage<E> upstream, long from, long count, Consumer<E> discard)
    implements Stage<E> {
  @Override
  public long cardinality() {
    return Stage.count(upstream.cardinality(), all -> all - Math.clamp(all - from, 0, count));
  }

  @Override
  public String whyEmpty() {
    return String.format(
        Locale.ROOT, "without %d of %d none is left", count, upstream.cardinality());
  }

  @Override
  public Iterator<E> iterator(RandomKey pass) {
    Iterator<E> elements = upstream.iterator(pass);
    return new Iterator<>() {
      private long returned;
      private long left = count;

      @Override
      public boolean hasNext() {
        return remaining().hasNext();
      }

      @Override
      public E next() {
        E next = remaining().next();
        returned++;
        return next;
      }

      private Iterator<E> remaining() {
        for (; returned == from && left > 0 && elements.hasNext(); left--) {
          discard.accept(elements.next());
        }
        return elements;
      }
    };
  }
}
