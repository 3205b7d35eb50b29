package dev.tapedeck.distributed;

import dev.tapedeck.tensor.EagerTensor;

/**
 * The exchange of numbers between the workers of a training: each calls the same methods in the
 * same order, with tensors of the same type and shape.
 *
 * <p>A call throws {@link WorkerLostException} if another worker is gone, or has not taken part for
 * the time limit; no later call succeeds then.
 */
public interface Collective extends AutoCloseable {
  /** Returns this worker's number, from 0 on. */
  int rank();

  /** Returns the number of workers, a power of two. */
  int size();

  /**
   * Replaces numbers by their sums over the workers, added up as a binary tree of their ranks has
   * them: all workers have the same bits.
   *
   * @param numbers a dense floating vector
   */
  void allReduce(EagerTensor numbers);

  /**
   * Replaces numbers by those of one worker.
   *
   * @param numbers a dense tensor
   */
  void broadcast(EagerTensor numbers, int root);

  /** Ends the exchange; other workers' calls throw. */
  @Override
  void close();
}
