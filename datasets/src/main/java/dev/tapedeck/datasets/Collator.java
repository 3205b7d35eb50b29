package dev.tapedeck.datasets;

import dev.tapedeck.train.Example;
import java.util.List;

/** What the elements of a {@link Stage} are, and so how they become examples. */
interface Collator<E> {
  /** Makes an element's example, in the current scope. */
  Example example(E element);

  /** Makes one example of several elements along a new first axis, in the current scope. */
  Example batch(List<E> elements);

  /** Gives up an element that nobody wants. */
  void discard(E element);
}
