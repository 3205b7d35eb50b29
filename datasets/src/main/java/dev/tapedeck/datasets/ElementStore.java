package dev.tapedeck.datasets;

import java.util.function.Supplier;

/** Storage of a cache's elements, which are added in order, and then read any number of times. */
interface ElementStore<E> {
  /**
   * Looks for elements that were stored before.
   *
   * @param first makes the first element; null if there is none
   */
  default void open(Supplier<E> first) {}

  /** Returns the number of elements that were added. */
  long size();

  /** Adds an element, which belongs to the store. */
  void add(E element);

  /** Returns an element for one use. */
  E get(long number);

  /** Notes that no more elements come. */
  void complete();

  /** Returns whether no more elements come. */
  boolean isComplete();

  /** Removes the elements. */
  void clear();
}
