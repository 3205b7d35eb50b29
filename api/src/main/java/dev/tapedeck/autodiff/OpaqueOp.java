package dev.tapedeck.autodiff;

import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.TensorSpec;

/** An op that recorders are told of, and ask for gradients; it was computed as other ops. */
interface OpaqueOp extends Op {
  @Override
  default TensorSpec[] infer(TensorSpec... inputs) {
    throw new AssertionError("computed as the ops it is made of");
  }

  @Override
  default EagerTensor[] execute(Kernels kernels, TensorSpec[] outputs, EagerTensor... inputs) {
    throw new AssertionError("computed as the ops it is made of");
  }
}
