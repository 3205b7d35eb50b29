package dev.tapedeck.distributed;

import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.train.Dataset;
import dev.tapedeck.train.Example;
import java.util.Iterator;

/** An iteration over a dataset whose random numbers follow from a key. */
final class KeyedIterator implements Iterator<Example> {
  private final RandomKey key;
  private final Iterator<Example> batches;
  private long number;

  KeyedIterator(Dataset dataset, RandomKey key) {
    this.key = key;
    batches = RandomKey.withKey(key.foldIn(number++), dataset::iterator);
  }

  @Override
  public boolean hasNext() {
    return RandomKey.withKey(key.foldIn(number++), batches::hasNext);
  }

  @Override
  public Example next() {
    return RandomKey.withKey(key.foldIn(number++), batches::next);
  }
}
