package dev.tapedeck.train;

import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.EagerTensor;
import java.util.List;

/**
 * The sums over the examples of some shards of a batch: those of the gradients, one after the
 * other, for each element type; and float64 numbers, which begin with the number of examples.
 *
 * @param tensors vectors, which {@link #release} frees
 */
public record ShardSums(List<EagerTensor> tensors) {
  private static final Formula SUM = Formula.of("sum", Expr::plus);

  /** Copies the list. */
  public ShardSums {
    tensors = List.copyOf(tensors);
  }

  /** Adds other sums, and releases them. */
  public void add(ShardSums other) {
    for (int i = 0; i < tensors.size(); i++) {
      EagerTensor sum = tensors.get(i);
      Kernels.forOperands(sum).pointwise().compute(SUM, sum, sum, other.tensors.get(i));
    }
    other.release();
  }

  /** Returns the float64 numbers: what the shards add to loss, metrics and other state. */
  public double[] added() {
    return tensors.getLast().toDoubleArray();
  }

  /** Returns the sums of gradients. */
  List<EagerTensor> gradients() {
    return tensors.subList(0, tensors.size() - 1);
  }

  /** Releases the memory of the vectors. */
  public void release() {
    tensors.forEach(EagerTensor::release);
  }
}
