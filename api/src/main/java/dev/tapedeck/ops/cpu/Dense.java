package dev.tapedeck.ops.cpu;

import dev.tapedeck.tensor.EagerTensor;
import java.lang.ref.Reference;

/** An input that is contiguous, and reachable until it is closed: a copy where it has to be. */
record Dense(EagerTensor tensor, boolean copied) implements AutoCloseable {
  static Dense of(EagerTensor input) {
    return new Dense(input.dense(), !input.isContiguous());
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
