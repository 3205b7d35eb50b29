package dev.tapedeck.datasets;

import java.util.ArrayList;
import java.util.List;

/** Elements in memory, which is the collector's. */
final class MemoryStore<E> implements ElementStore<E> {
  private final Collator<E> collator;
  private final List<E> elements = new ArrayList<>();
  private boolean complete;

  MemoryStore(Collator<E> collator) {
    this.collator = collator;
  }

  @Override
  public long size() {
    return elements.size();
  }

  @Override
  public void add(E element) {
    elements.add(collator.pinned(element));
  }

  @Override
  public E get(long number) {
    return elements.get((int) number);
  }

  @Override
  public void complete() {
    complete = true;
  }

  @Override
  public boolean isComplete() {
    return complete;
  }

  @Override
  public void clear() {
    elements.clear();
  }
}
