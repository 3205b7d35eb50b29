package dev.tapedeck.distributed;

import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.train.Example;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * The shards that a worker computes, read batch by batch; another epoch or place is found again.
 */
final class ShardReader {
  private final ShardSource source;
  private final int first;
  private final int count;
  private final List<Iterator<Example>> iterators = new ArrayList<>();
  private RandomKey epoch;
  private long next;

  ShardReader(ShardSource source, int first, int count) {
    this.source = source;
    this.first = first;
    this.count = count;
  }

  /** Returns the shards of a batch; null for one whose data has ended. */
  Example[] read(RandomKey key, long batch) {
    if (!key.equals(epoch) || batch < next) {
      epoch = key;
      next = 0;
      iterators.clear();
      for (int i = 0; i < count; i++) {
        iterators.add(source.batches(first + i, key));
      }
    }
    while (next < batch) {
      try (Scope _ = new Scope()) {
        Example[] _ = following();
      }
    }
    return following();
  }

  private Example[] following() {
    next++;
    return iterators.stream()
        .map(batches -> batches.hasNext() ? batches.next() : null)
        .toArray(Example[]::new);
  }
}
