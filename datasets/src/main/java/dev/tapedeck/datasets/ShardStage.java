package dev.tapedeck.datasets;

import dev.tapedeck.ops.random.RandomKey;
import java.util.Iterator;
import java.util.Locale;
import java.util.function.Consumer;

/** Every {@code shards}-th element from the {@code index}-th on; the others are discarded. */
record ShardStage<E>(Stage<E> upstream, long shards, long index, Consumer<E> discard)
    implements Stage<E> {
  @Override
  public long cardinality() {
    return Stage.count(
        upstream.cardinality(), all -> all / shards + (index < all % shards ? 1 : 0));
  }

  @Override
  public String whyEmpty() {
    return String.format(
        Locale.ROOT, "shard(%d, %d) leaves none of %d", shards, index, upstream.cardinality());
  }

  @Override
  public Iterator<E> iterator(RandomKey pass) {
    Iterator<E> elements = upstream.iterator(pass);
    long[] number = {0};
    return new FoundIterator<>(
        () -> {
          while (elements.hasNext()) {
            E element = elements.next();
            if (number[0]++ % shards == index) {
              return element;
            }
            discard.accept(element);
          }
          return null;
        });
  }
}
