package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.tensor.EagerTensor;
import java.lang.ref.Reference;

/** An input that is contiguous, and reachable until it is closed: a copy where it has to be. */
record DenseOperand(EagerTensor tensor, boolean copied) implements AutoCloseable {
  static DenseOperand of(EagerTensor input) {
    return new DenseOperand(input.dense(), !input.isContiguous());
  }

  long address() {
    return tensor.address();
  }

  @Override
  @SuppressWarnings("ReachabilityFenceUsage") // the end of a try calls it
  public void close() {
    if (copied) {
      tensor.release();
    } else {
      Reference.reachabilityFence(tensor);
    }
  }
}
