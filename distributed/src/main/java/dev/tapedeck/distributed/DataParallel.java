package dev.tapedeck.distributed;

import dev.tapedeck.config.Records;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.train.Distribution;
import dev.tapedeck.train.Example;
import dev.tapedeck.train.Replica;
import dev.tapedeck.train.ShardSums;
import java.util.List;

/**
 * A distribution that cuts each batch into shards, and computes these on the threads of one
 * machine; immutable, each method returns a changed copy.
 *
 * <p>A shard is computed by one thread, and the sums of shards are added up as a binary tree has
 * them: the results have the same bits for every number of threads, and for the machines of a
 * training that is distributed with as many shards. See {@link Replica} for how a step follows from
 * its shards.
 *
 * <p>Each thread but the first has a copy of the model, so that it and its layers must keep their
 * arguments, as those of Tapedeck do.
 *
 * @param shards number of shards, a power of two
 * @param parallel number of threads; 0, the default, for the processors, at most as many as shards
 */
public record DataParallel(int shards, int parallel) implements Distribution {
  /** Checks the numbers. */
  public DataParallel {
    Shards.requireCount("DataParallel", shards);
    if (parallel < 0) {
      throw Refusal.of(
          "DataParallel", "needs 1 thread or more", parallel, "give the number of processors");
    }
  }

  /** Makes a distribution of shards, on all processors. */
  public DataParallel(int shards) {
    this(shards, 0);
  }

  /** Returns one on a number of threads. */
  public DataParallel parallel(int threads) {
    return Records.with(this, "parallel", threads);
  }

  @Override
  public Run begin(Replica model) {
    int most = parallel == 0 ? Runtime.getRuntime().availableProcessors() : parallel;
    ShardTeam team = new ShardTeam(model, Math.min(most, shards));
    return new Run() {
      private ShardReader reader;

      @Override
      public void train(Example batch) {
        Example[] parts = parts(batch);
        team.build(parts[0]);
        EagerTensor[] totals = new EagerTensor[team.parts()];
        team.sums(parts, 0, RandomKey.next(), (part, sums) -> totals[part] = sums);
        team.update(new ShardSums(List.of(totals)));
      }

      private Example[] parts(Example batch) {
        if (!(batch.inputs() instanceof ShardedDataset.Place place)) {
          return Shards.of(batch, shards);
        }
        if (reader == null) {
          reader = new ShardReader(place.of().source(), 0, shards);
        }
        return reader.read(place.epoch(), place.batch());
      }

      @Override
      public void close() {
        team.close();
      }
    };
  }
}
