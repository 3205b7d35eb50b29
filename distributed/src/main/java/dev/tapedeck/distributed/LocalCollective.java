package dev.tapedeck.distributed;

import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

/** A collective of threads of one process. */
public final class LocalCollective implements Collective {
  private final int rank;
  private final EagerTensor[] numbers;
  private final CyclicBarrier barrier;
  private final Duration limit;

  private LocalCollective(int rank, EagerTensor[] numbers, CyclicBarrier barrier, Duration limit) {
    this.rank = rank;
    this.numbers = numbers;
    this.barrier = barrier;
    this.limit = limit;
  }

  /**
   * Returns the members of a collective, one for each thread.
   *
   * @param size number of threads, a power of two
   * @param limit how long a thread may take to come to a call
   */
  public static List<LocalCollective> of(int size, Duration limit) {
    EagerTensor[] numbers = new EagerTensor[size];
    CyclicBarrier barrier = new CyclicBarrier(size);
    return IntStream.range(0, size)
        .mapToObj(rank -> new LocalCollective(rank, numbers, barrier, limit))
        .toList();
  }

  @Override
  public int rank() {
    return rank;
  }

  @Override
  public int size() {
    return numbers.length;
  }

  @Override
  public void allReduce(EagerTensor own) {
    meet(own);
    EagerTensor[] slices = new EagerTensor[size()];
    for (int i = 0; i < slices.length; i++) {
      slices[i] = TreeSum.slice(numbers[i], rank, size());
    }
    TreeSum.of(slices);
    for (int i = 1; i < slices.length; i++) {
      Elements.copy(slices[0], slices[i]);
    }
    meet(own);
  }

  @Override
  public void broadcast(EagerTensor own, int root) {
    meet(own);
    if (rank != root) {
      Elements.copy(numbers[root], own);
    }
    meet(own);
  }

  /** Waits until all threads are here, and gives them this one's numbers. */
  private void meet(EagerTensor own) {
    numbers[rank] = own;
    try {
      barrier.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WorkerLostException("distributed training: worker " + rank + " was stopped", e);
    } catch (BrokenBarrierException | TimeoutException e) {
      throw new WorkerLostException(
          "distributed training: worker " + rank + " has waited in vain for the others", e);
    }
  }

  @Override
  public void close() {
    barrier.reset();
  }
}
