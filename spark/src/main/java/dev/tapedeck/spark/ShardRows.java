package dev.tapedeck.spark;

import dev.tapedeck.distributed.ShardSource;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.train.Example;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The rows of a worker's shards, in memory: in another order in each epoch, in batches. */
final class ShardRows implements ShardSource {
  private final Map<Integer, List<NumberedRow>> shards = new HashMap<>();
  private final int batch;
  private final Columns columns;

  /**
   * Takes the rows.
   *
   * @param count number of shards
   * @param batch number of rows of a shard in a batch
   */
  ShardRows(Iterator<NumberedRow> rows, int count, int batch, Columns columns) {
    this.batch = batch;
    this.columns = columns;
    rows.forEachRemaining(
        row ->
            shards.computeIfAbsent((int) (row.number() % count), _ -> new ArrayList<>()).add(row));
    shards.values().forEach(of -> of.sort(Comparator.comparingLong(NumberedRow::number)));
  }

  @Override
  public Iterator<Example> batches(int shard, RandomKey key) {
    List<NumberedRow> rows = shards.getOrDefault(shard, List.of());
    int[] order = Randoms.permutation(key.foldIn(shard), rows.size()).toIntArray();
    return IntStream.range(0, Math.ceilDiv(order.length, batch))
        .mapToObj(
            number ->
                NumberedRow.example(
                    IntStream.range(batch * number, Math.min(batch * (number + 1), order.length))
                        .mapToObj(i -> rows.get(order[i]))
                        .toList(),
                    columns))
        .iterator();
  }
}
