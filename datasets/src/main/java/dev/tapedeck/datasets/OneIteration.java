package dev.tapedeck.datasets;

import dev.tapedeck.train.Example;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicBoolean;

/** Examples of an iterator, which can be iterated over once. */
record OneIteration(Iterator<? extends Example> examples, AtomicBoolean begun)
    implements Iterable<Example> {
  static final String WHY = "fromIterator reads an iterator, which gives each element once";

  @Override
  @SuppressWarnings("unchecked") // an iterator only gives examples
  public Iterator<Example> iterator() {
    if (begun.getAndSet(true)) {
      throw new IllegalStateException(
          "fromIterator: the iterator has been read, and gives each element once; cache the"
              + " pipeline, or use from(() -> iterator) with a new one each time");
    }
    return (Iterator<Example>) examples;
  }
}
