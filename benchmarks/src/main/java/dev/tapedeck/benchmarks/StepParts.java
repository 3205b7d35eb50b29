package dev.tapedeck.benchmarks;

import dev.tapedeck.benchmarks.StepModel.Parts;
import dev.tapedeck.datasets.Pipeline;
import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.ops.kernels.OneThread;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.train.Example;
import dev.tapedeck.train.Replica;
import dev.tapedeck.train.ShardSums;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/** Measurements of the parts of a training by shards. */
final class StepParts {
  /** The word with which a worker process measures this, for batches of a shard's size. */
  static final String WORD = "parts";

  private static final int SHARDS_OF_DATA = 8;
  private static final Formula SUM = Formula.of("sum", Expr::plus);

  private StepParts() {}

  /** Prints the parts of a task whose batch is a shard, alone and with another thread at work. */
  static void print(Task task) {
    Net net = Nets.of(task);
    Example rows = ShardedFit.example(net, task.batch());
    Replica one = Replica.of(ShardedFit.compiled(net));
    one.build(rows);
    Replica two = one.copy();
    two.build(rows);
    two.follow(one);
    Timing.warmUp(update(one, rows));
    Timing.warmUp(shard(two, rows));
    double read = Timing.best(read(net, task.batch()));
    double follow = Timing.best(() -> Timing.processor(() -> two.follow(one)));
    double shard = Timing.best(shard(one, rows));
    double add = Timing.best(add(one));
    double shards = Timing.best(List.of(shard(one, rows), shard(two, rows)));
    double adds = Timing.best(List.of(add(one), add(two)));
    double update = Timing.best(update(one, rows));
    double bytes = bytes(one);
    print(new Parts(read, shard, add, update, follow, bytes));
    print(new Parts(read, shards, adds, update, follow, bytes));
  }

  private static void print(Parts parts) {
    System.out.printf(
        Locale.ROOT,
        WORD + " %.9f %.9f %.9f %.9f %.9f %.0f%n",
        parts.read(),
        parts.shard(),
        parts.add(),
        parts.update(),
        parts.follow(),
        parts.bytes());
  }

  private static double bytes(Replica replica) {
    List<EagerTensor> all = nothing(replica);
    return all.subList(0, all.size() - 1).stream()
        .mapToDouble(vector -> vector.spec().bytes())
        .sum();
  }

  private static List<EagerTensor> nothing(Replica replica) {
    return IntStream.range(0, replica.parts()).mapToObj(replica::noSums).toList();
  }

  private static LongSupplier read(Net net, int rows) {
    Pipeline data = ShardedFit.data(net, rows, SHARDS_OF_DATA);
    return () -> {
      Iterator<Example> batches = data.iterator();
      long nanos = 0;
      for (int i = 0; i < SHARDS_OF_DATA; i++) {
        try (Scope _ = new Scope()) {
          nanos += Timing.processor(batches::next);
        }
      }
      return nanos / SHARDS_OF_DATA;
    };
  }

  private static ShardSums sums(Replica replica, Example rows) {
    EagerTensor[] parts = new EagerTensor[replica.parts()];
    replica.shard(rows, 0, RandomKey.of(0), (part, sums) -> parts[part] = sums);
    return new ShardSums(List.of(parts));
  }

  private static LongSupplier shard(Replica replica, Example rows) {
    replica.begin();
    return () -> {
      ShardSums[] sums = new ShardSums[1];
      long nanos = Timing.processor(() -> sums[0] = sums(replica, rows));
      sums[0].tensors().forEach(EagerTensor::release);
      return nanos;
    };
  }

  private static LongSupplier add(Replica replica) {
    List<EagerTensor> sums = nothing(replica);
    List<EagerTensor> others = nothing(replica);
    return () -> Timing.processor(() -> OneThread.run(() -> added(sums, others)));
  }

  private static List<EagerTensor> added(List<EagerTensor> sums, List<EagerTensor> others) {
    for (int i = 0; i < sums.size(); i++) {
      EagerTensor sum = sums.get(i);
      Kernels.forOperands(sum).pointwise().compute(SUM, sum, sum, others.get(i));
    }
    return sums;
  }

  private static LongSupplier update(Replica replica, Example rows) {
    return () -> {
      replica.begin();
      ShardSums sums = sums(replica, rows);
      return Timing.nanos(() -> replica.update(sums));
    };
  }
}
