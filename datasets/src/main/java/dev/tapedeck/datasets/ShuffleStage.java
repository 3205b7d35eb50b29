package dev.tapedeck.datasets;

import dev.tapedeck.ops.random.RandomKey;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * The elements in a random order: each is drawn from a buffer, and the next one takes its place.
 *
 * <p>So the order is uniform when the buffer holds all elements; with a smaller one, an element
 * comes at most {@code buffer - 1} places early.
 *
 * @param key determines the order, together with the pass
 * @param reshuffles whether each pass has an order of its own; else all have the first one's
 */
record ShuffleStage<E>(Stage<E> upstream, int buffer, RandomKey key, boolean reshuffles)
    implements Stage<E> {
  @Override
  public long cardinality() {
    return upstream.cardinality();
  }

  @Override
  public Iterator<E> iterator(RandomKey pass) {
    Iterator<E> elements = upstream.iterator(pass);
    RandomKey order = reshuffles ? pass : RandomKey.of(0);
    RandomKey draws = key.foldIn(order.seed()).foldIn(order.stream());
    return new Iterator<>() {
      private final List<E> buffered = new ArrayList<>();
      private long drawn;

      @Override
      public boolean hasNext() {
        return !buffered.isEmpty() || elements.hasNext();
      }

      @Override
      public E next() {
        while (buffered.size() < buffer && elements.hasNext()) {
          buffered.add(elements.next());
        }
        if (buffered.isEmpty()) {
          throw new NoSuchElementException();
        }
        int choice = draws.number(drawn++, buffered.size());
        E last = buffered.removeLast();
        return choice == buffered.size() ? last : buffered.set(choice, last);
      }
    };
  }
}
