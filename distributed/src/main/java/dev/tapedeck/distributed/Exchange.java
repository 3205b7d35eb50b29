package dev.tapedeck.distributed;

import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.train.Replica;
import dev.tapedeck.train.Replica.Receiver;
import dev.tapedeck.train.ShardSums;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * The exchange of a step's sums with the other workers, part by part in order, while the shards
 * still compute: a thread of its own sends what is complete.
 */
final class Exchange implements Receiver {
  private final Replica replica;
  private final CompletableFuture<EagerTensor>[] parts;
  private final CompletableFuture<Void> end;

  /**
   * Begins an exchange.
   *
   * @param collective the workers; null for none, so that the sums are those of this one
   */
  @SuppressWarnings("unchecked") // an array of a generic class
  Exchange(Replica replica, Collective collective) {
    this.replica = replica;
    parts = (CompletableFuture<EagerTensor>[]) new CompletableFuture<?>[replica.parts()];
    Arrays.setAll(parts, _ -> new CompletableFuture<>());
    end =
        collective == null
            ? CompletableFuture.completedFuture(null)
            : CompletableFuture.runAsync(
                () -> {
                  for (CompletableFuture<EagerTensor> part : parts) {
                    collective.allReduce(part.join());
                  }
                },
                work -> Thread.ofPlatform().daemon().name("tapedeck-exchange").start(work));
  }

  @Override
  public void accept(int part, EagerTensor sums) {
    parts[part].complete(sums == null ? replica.noSums(part) : sums);
  }

  /** Ends an exchange whose shards failed. */
  void cancel() {
    for (CompletableFuture<EagerTensor> part : parts) {
      part.cancel(false);
    }
  }

  /** Returns the sums over all workers, once they are exchanged. */
  ShardSums totals() {
    try {
      end.get();
      return new ShardSums(Arrays.stream(parts).map(CompletableFuture::join).toList());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WorkerLostException("distributed training: interrupted in an exchange", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(e.getCause());
    }
  }
}
