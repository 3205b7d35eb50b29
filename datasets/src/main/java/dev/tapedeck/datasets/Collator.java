package dev.tapedeck.datasets;

import dev.tapedeck.train.Example;
import java.util.List;

/** Converter from the elements of a {@link Stage}, such as row numbers, to examples and batches. */
interface Collator<E> {
  /** Returns the example of one element; its tensors belong to the current scope. */
  Example example(E element);

  /** Returns one batch of several elements, along a new first axis, in the current scope. */
  Example batch(List<E> elements);

  /** Releases what an element holds, without using it. */
  void discard(E element);
}
