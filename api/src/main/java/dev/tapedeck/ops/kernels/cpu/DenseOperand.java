package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.tensor.EagerTensor;
import java.lang.ref.Reference;

/** A contiguous operand, copied if necessary, that stays reachable until it is closed. */
record DenseOperand(EagerTensor tensor, boolean copied) implements AutoCloseable {
  static DenseOperand of(EagerTensor input) {
    return new DenseOperand(input.dense(), !input.isContiguous());
  }

  long address() {
    return tensor.address();
  }

  @Override
  @SuppressWarnings("ReachabilityFenceUsage") // try-with-resources calls it
  public void close() {
    if (copied) {
      tensor.release();
    } else {
      Reference.reachabilityFence(tensor);
    }
  }
}
