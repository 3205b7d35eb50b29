package dev.tapedeck.train;

import dev.tapedeck.tensor.EagerTensor;
import java.util.List;

/**
 * The sums over the examples of all shards of a batch: those of the gradients in some vectors, and
 * float64 numbers, which begin with the number of examples.
 *
 * @param tensors the vectors, in the order of the parts that {@link Replica.Receiver} is given
 */
public record ShardSums(List<EagerTensor> tensors) {
  /** Copies the list. */
  public ShardSums {
    tensors = List.copyOf(tensors);
  }

  /** Returns the float64 numbers: what the shards add to loss, metrics and other state. */
  public double[] added() {
    return tensors.getLast().toDoubleArray();
  }

  /** Releases the memory of the vectors. */
  void release() {
    tensors.forEach(EagerTensor::release);
  }
}
