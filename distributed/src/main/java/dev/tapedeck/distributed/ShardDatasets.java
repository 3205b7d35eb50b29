package dev.tapedeck.distributed;

import dev.tapedeck.train.Dataset;
import java.io.Serializable;
import java.util.function.IntFunction;

/** A maker of the datasets of shards, which is sent to the workers. */
@FunctionalInterface
public interface ShardDatasets extends IntFunction<Dataset>, Serializable {
  /** Returns the dataset of a shard: batches, which are the shard's parts of the global ones. */
  @Override
  Dataset apply(int shard);
}
