package dev.tapedeck.distributed;

import dev.tapedeck.ops.kernels.OneThread;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.train.Example;
import dev.tapedeck.train.Replica;
import dev.tapedeck.train.Replica.Receiver;
import dev.tapedeck.train.ShardSums;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads that compute the shards of batches, each with a replica of its own. */
final class ShardTeam implements AutoCloseable {
  /** The key of initial values that are replaced, which must not change later draws. */
  static final RandomKey ANY = RandomKey.of(0);

  private final List<Replica> replicas = new ArrayList<>();
  private final ExecutorService threads;
  private boolean built;

  /** Makes a team of a number of threads. */
  ShardTeam(Replica first, int count) {
    replicas.add(first);
    for (int i = 1; i < count; i++) {
      replicas.add(RandomKey.withKey(ANY, first::copy));
    }
    threads =
        Executors.newFixedThreadPool(
            count, Thread.ofPlatform().daemon().name("tapedeck-shards-", 0).factory());
  }

  /** Creates the variables of all replicas, the first time, for shards such as this. */
  void build(Example rows) {
    if (built) {
      return;
    }
    Replica first = replicas.getFirst();
    first.build(rows);
    for (Replica replica : replicas.subList(1, replicas.size())) {
      RandomKey.withKey(
          ANY,
          () -> {
            replica.build(rows);
            return replica;
          });
    }
    follow();
    built = true;
  }

  /** Gives all replicas the values of the first. */
  void follow() {
    Replica first = replicas.getFirst();
    replicas.subList(1, replicas.size()).forEach(replica -> replica.follow(first));
  }

  /**
   * Computes the sums of shards.
   *
   * @param shards those from a number on, as many as a power of two; null for one without examples
   * @param key the step's key
   * @param totals is given each part of the sums as soon as all shards have it, by any thread; null
   *     if none has examples
   */
  void sums(Example[] shards, int first, RandomKey key, Receiver totals) {
    ShardTree tree = new ShardTree(shards.length, parts(), totals);
    AtomicInteger next = new AtomicInteger();
    List<Callable<Void>> work = new ArrayList<>();
    for (Replica replica : replicas) {
      work.add(
          () ->
              OneThread.run(
                  () -> {
                    replica.begin();
                    for (int i; (i = next.getAndIncrement()) < shards.length; ) {
                      compute(replica, shards[i], first, i, key, tree);
                    }
                    return null;
                  }));
    }
    run(work);
  }

  /** Returns the number of parts that sums have. */
  int parts() {
    return replicas.getFirst().parts();
  }

  private static void compute(
      Replica replica, Example shard, int first, int number, RandomKey key, ShardTree tree) {
    if (shard != null) {
      replica.shard(shard, first + number, key, (part, sums) -> tree.put(part, number, sums));
    } else {
      for (int part = 0; part < replica.parts(); part++) {
        tree.put(part, number, null);
      }
    }
  }

  private void run(List<Callable<Void>> work) {
    try {
      for (Future<Void> done : threads.invokeAll(work)) {
        done.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WorkerLostException(
          "distributed training: interrupted while a step was computed", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) e.getCause();
    }
  }

  /** Takes the step that follows from the sums of all shards, with every replica. */
  void update(ShardSums total) {
    replicas.getFirst().update(total);
    follow();
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
