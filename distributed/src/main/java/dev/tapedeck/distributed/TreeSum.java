package dev.tapedeck.distributed;

import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.EagerTensor;

/** Sums of the workers' vectors, in the order of a binary tree. */
final class TreeSum {
  private static final Formula SUM = Formula.of("sum", Expr::plus);

  private TreeSum() {}

  /** Adds up tensors, a power of two, into the first; others hold parts of the sum afterwards. */
  static void of(EagerTensor... parts) {
    for (int step = 1; step < parts.length; step *= 2) {
      for (int left = 0; left < parts.length; left += 2 * step) {
        EagerTensor sum = parts[left];
        Kernels.forOperands(sum).pointwise().compute(SUM, sum, sum, parts[left + step]);
      }
    }
  }

  /** Returns the slice of a vector that a worker adds up. */
  static EagerTensor slice(EagerTensor numbers, int rank, int size) {
    long count = numbers.shape().count();
    return numbers.part(0, count * rank / size, count * (rank + 1) / size);
  }
}
