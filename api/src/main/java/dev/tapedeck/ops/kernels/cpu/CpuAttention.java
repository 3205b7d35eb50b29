package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.ops.kernels.AttentionKernels;
import dev.tapedeck.tensor.EagerTensor;
import java.lang.ref.Reference;

/** The weights of attention, by vector instructions. */
final class CpuAttention implements AttentionKernels {
  /** The cost of an exponential in additions, by which work is divided. */
  private static final int POWER = 16;

  /** Work on a row at an offset, in bytes, of a matrix. */
  @FunctionalInterface
  private interface Row {
    void run(long offset, long mask, long seen);
  }

  @SuppressWarnings("ReachabilityFenceUsage") // after the work, or the error
  private static void forEachRow(EagerTensor mask, long past, EagerTensor matrix, Row work) {
    long keys = matrix.shape().size(1);
    long bytes = keys * matrix.dtype().bytes();
    long bools = mask == null ? 0 : mask.address();
    long apart = mask == null ? 0 : mask.strides()[0];
    Workers.run(
        matrix.shape().size(0),
        Math.ceilDiv(Workers.LEAST / POWER, keys),
        (from, end) -> {
          for (long i = from; i < end; i++) {
            work.run(i * bytes, bools + i * apart, Math.min(past + i, keys));
          }
        });
    Reference.reachabilityFence(mask);
  }

  @Override
  public void weights(EagerTensor mask, long past, double scale, EagerTensor scores) {
    AttentionRows loops = AttentionRows.of(scores.dtype());
    long keys = scores.shape().size(1);
    try (DenseOperand x = DenseOperand.of(scores)) {
      long to = x.address();
      forEachRow(
          mask,
          past,
          scores,
          (offset, bools, seen) -> loops.weights(to + offset, keys, seen, scale, bools));
    }
  }

  @Override
  public void gradient(
      EagerTensor weights, EagerTensor mask, long past, double scale, EagerTensor gradients) {
    AttentionRows loops = AttentionRows.of(weights.dtype());
    long keys = weights.shape().size(1);
    try (DenseOperand p = DenseOperand.of(weights);
        DenseOperand g = DenseOperand.of(gradients)) {
      long from = p.address();
      long to = g.address();
      forEachRow(
          mask,
          past,
          weights,
          (offset, bools, seen) ->
              loops.gradient(from + offset, to + offset, keys, seen, scale, bools));
    }
  }
}
