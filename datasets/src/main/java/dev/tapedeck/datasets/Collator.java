package dev.tapedeck.datasets;

import dev.tapedeck.train.Example;
import java.util.List;

/** Converter from the elements of a {@link Stage}, such as row numbers, to examples and batches. */
interface Collator<E> {
  /** Returns the example of one element; its tensors belong to the current scope. */
  Example example(E element);

  /** Returns the example of an element that is used again; only what is made belongs to a scope. */
  Example look(E element);

  /** Returns one batch of several elements, along a new first axis, in the current scope. */
  Example batch(List<E> elements);

  /** Returns the batch of elements that are used again; it shares no memory with them. */
  Example stack(List<E> elements);

  /** Returns an element of the same contents, which can be used any number of times. */
  E pinned(E element);

  /** Releases what an element holds, without using it. */
  void discard(E element);
}
