package dev.tapedeck.train;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tracking.Trackable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;

/**
 * An iteration over an {@link ArrayDataset} whose place is a variable: {@code position}, the random
 * key of the order, two numbers, and the number of batches returned, -1 before the first is asked
 * for, which takes a key. Assigning to the variable moves the iteration there.
 */
final class ArrayIterator implements Iterator<Example>, Trackable {
  private final ArrayDataset dataset;
  private final Variable position = Variable.untrainable(new long[] {0, 0, -1}, "position");
  private RandomKey key;
  private int[] order;

  ArrayIterator(ArrayDataset dataset) {
    this.dataset = dataset;
  }

  @Override
  public boolean hasNext() {
    return Math.max(position.memory().toLongArray()[2], 0) < dataset.cardinality();
  }

  @Override
  public Example next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    long[] at = position.memory().toLongArray();
    boolean begins = at[2] < 0;
    RandomKey drawn = begins && dataset.shuffle() ? RandomKey.next() : new RandomKey(at[0], at[1]);
    long number = Math.max(at[2], 0);
    long from = number * dataset.batchSize();
    long end = Math.min(from + dataset.batchSize(), dataset.size());
    Example batch =
        dataset.shuffle()
            ? dataset.gather(Arrays.copyOfRange(order(drawn), (int) from, (int) end))
            : dataset.slice(from, end);
    position.assign(new long[] {drawn.seed(), drawn.stream(), number + 1});
    return batch;
  }

  /** Returns the numbers of the rows in the order of a key, shuffled as Fisher and Yates do. */
  private int[] order(RandomKey ofOrder) {
    if (!ofOrder.equals(key)) {
      key = ofOrder;
      order = IntStream.range(0, Math.toIntExact(dataset.size())).toArray();
      for (int last = order.length - 1; last > 0; last--) {
        int other = key.number(last, last + 1);
        int moved = order[last];
        order[last] = order[other];
        order[other] = moved;
      }
    }
    return order;
  }
}
