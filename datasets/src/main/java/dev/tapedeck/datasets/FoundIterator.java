package dev.tapedeck.datasets;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Supplier;

/**
 * An iteration that looks for its next element when it is asked whether there is one.
 *
 * <p>A search that was interrupted is begun again, so it keeps what it has taken from upstream.
 */
final class FoundIterator<E> implements Iterator<E> {
  private final Supplier<E> search;
  private E found;
  private boolean ended;

  /**
   * Makes an iteration.
   *
   * @param search returns the next element, or null at the end
   */
  FoundIterator(Supplier<E> search) {
    this.search = search;
  }

  @Override
  public boolean hasNext() {
    if (found == null && !ended) {
      found = search.get();
      ended = found == null;
    }
    return found != null;
  }

  @Override
  public E next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    E next = found;
    found = null;
    return next;
  }
}
