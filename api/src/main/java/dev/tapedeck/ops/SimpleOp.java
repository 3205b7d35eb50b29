package dev.tapedeck.ops;

import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.TensorSpec;

/**
 * An op with one output, which it writes into memory that it is given: in a graph, reused memory.
 */
public interface SimpleOp extends SingleOutputOp {
  /** Writes the output, which is uninitialised and not empty; see {@link Op#execute}. */
  void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs);

  /** Allocates the output and calls {@link #executeInto}, which graphs call directly. */
  @Override
  default EagerTensor[] execute(Kernels kernels, TensorSpec[] outputs, EagerTensor... inputs) {
    EagerTensor output = EagerTensor.allocate(outputs[0]);
    if (outputs[0].shape().count() > 0) {
      executeInto(kernels, output, inputs);
    }
    return new EagerTensor[] {output};
  }
}
