package dev.tapedeck.distributed;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tracking.Trackable;
import dev.tapedeck.train.Dataset;
import dev.tapedeck.train.Example;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * A dataset for {@code fit} with a distribution, whose examples stay with the workers: an element
 * says which batch is meant, by the epoch's random key and the number of the batch.
 *
 * <p>A model's own steps cannot train on it.
 *
 * @param source the shards' examples; null where the workers alone have them
 * @param cardinality number of batches of an epoch
 */
public record ShardedDataset(ShardSource source, long cardinality) implements Dataset {
  /**
   * The place of a batch.
   *
   * @param key random key of its epoch, as a tensor
   * @param number its number in the epoch, from 0 on: int64, a scalar
   * @param of the dataset
   */
  record Place(Tensor key, Tensor number, ShardedDataset of) {
    RandomKey epoch() {
      long[] words = key.toLongArray();
      return new RandomKey(words[0], words[1]);
    }

    long batch() {
      return (long) number.item();
    }
  }

  @Override
  public Iterator<Example> iterator() {
    return new Places();
  }

  /** An iteration whose place is a variable, as that of arrays. */
  private final class Places implements Iterator<Example>, Trackable {
    private final Variable position = Variable.untrainable(new long[] {0, 0, -1}, "position");

    @Override
    public boolean hasNext() {
      return Math.max(position.memory().toLongArray()[2], 0) < cardinality;
    }

    @Override
    public Example next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      long[] at = position.memory().toLongArray();
      RandomKey key = at[2] < 0 ? RandomKey.next() : new RandomKey(at[0], at[1]);
      long number = Math.max(at[2], 0);
      position.assign(new long[] {key.seed(), key.stream(), number + 1});
      return new Example(
          new Place(key.tensor(), Tensor.of(number), ShardedDataset.this), null, null);
    }
  }
}
