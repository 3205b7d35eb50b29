package dev.tapedeck.distributed;

import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.train.Dataset;
import dev.tapedeck.train.Example;
import java.util.Iterator;
import java.util.function.IntFunction;

/** The data of a training by shards: each shard has examples of its own, and batches of them. */
@FunctionalInterface
public interface ShardSource {
  /**
   * Returns the batches of a shard in an epoch, which are the parts of the global batches.
   *
   * @param key random key of the epoch, on which alone their order depends
   */
  Iterator<Example> batches(int shard, RandomKey key);

  /**
   * Returns a source of datasets, one for each shard, whose random numbers, such as those of a
   * shuffle, follow from the epoch's key, the shard and the step.
   *
   * @param datasets makes the dataset of a shard, of batches
   */
  static ShardSource of(IntFunction<? extends Dataset> datasets) {
    return (shard, key) -> {
      try (Scope _ = Scope.none()) { // a dataset outlives the step in which it is made
        return new KeyedIterator(datasets.apply(shard), key.foldIn(shard));
      }
    };
  }
}
