package dev.tapedeck.datasets;

import dev.tapedeck.ops.random.RandomKey;
import java.util.Iterator;

/**
 * Elements that are made when they are first asked for, and kept.
 *
 * <p>They are those of the pass with which an iteration numbered 0 begins, and draw random numbers
 * of a key of their own: another process makes the same.
 */
final class CachedElements<E> {
  private static final RandomKey FIRST = RandomKey.of(0);

  private final Stage<E> made;
  private final RandomKey key;
  private final ElementStore<E> store;
  private Iterator<E> elements;
  private boolean opened;

  /**
   * Makes a cache without elements.
   *
   * @param made the stage of the elements
   * @param key what functions of earlier steps draw from
   */
  CachedElements(Stage<E> made, RandomKey key, ElementStore<E> store) {
    this.made = made;
    this.key = key;
    this.store = store;
  }

  /** Returns an element; null if there are not as many. */
  synchronized E get(long number) {
    if (!opened) {
      store.open(() -> next(made.iterator(FIRST)));
      opened = true;
    }
    while (!store.isComplete() && store.size() <= number) {
      make();
    }
    return number < store.size() ? store.get(number) : null;
  }

  private void make() {
    boolean done = false;
    try {
      if (elements == null) {
        store.clear();
        elements = made.iterator(FIRST);
      }
      E next = next(elements);
      if (next == null) {
        store.complete();
        elements = null;
      } else {
        store.add(next);
      }
      done = true;
    } catch (PrefetchStage.InterruptedWaitException e) {
      done = true; // nothing was taken
      throw e;
    } finally {
      if (!done) { // Some stages have consumed what others have not: begin anew.
        elements = null;
      }
    }
  }

  private E next(Iterator<E> iterator) {
    return RandomKey.withKey(
        key.foldIn(store.size()), () -> iterator.hasNext() ? iterator.next() : null);
  }
}
