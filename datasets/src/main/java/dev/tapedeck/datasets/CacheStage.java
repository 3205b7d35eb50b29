package dev.tapedeck.datasets;

import dev.tapedeck.ops.random.RandomKey;
import java.util.Iterator;

/**
 * The elements of the first pass, in every pass; made once, and shared by all iterations of this
 * pipeline.
 */
record CacheStage<E>(Stage<E> upstream, CachedElements<E> cached) implements Stage<E> {
  @Override
  public long cardinality() {
    return upstream.cardinality();
  }

  @Override
  public Iterator<E> iterator(RandomKey pass) {
    long[] number = {0};
    return new FoundIterator<>(
        () -> {
          E element = cached.get(number[0]);
          number[0]++;
          return element;
        });
  }
}
