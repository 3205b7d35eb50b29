package dev.tapedeck.ops;

import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;

/** An op with one output. */
public interface SimpleOp extends Op {
  /** Returns what the output will be; see {@link Op#infer}. */
  TensorSpec inferOutput(TensorSpec... inputs);

  /** Writes the output, whose memory is uninitialised; see {@link Op#execute}. */
  void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs);

  /** Returns the gradient for each input; see {@link Op#gradient}. */
  Tensor[] gradient(Call call, Tensor upstream);

  /** Applies this op and returns its output; see {@link Op#apply}. */
  default Tensor applyTo(Tensor... inputs) {
    return apply(inputs)[0];
  }

  @Override
  default TensorSpec[] infer(TensorSpec... inputs) {
    return new TensorSpec[] {inferOutput(inputs)};
  }

  @Override
  default EagerTensor[] execute(Kernels kernels, TensorSpec[] outputs, EagerTensor... inputs) {
    EagerTensor output = EagerTensor.allocate(outputs[0]);
    if (outputs[0].shape().count() > 0) {
      executeInto(kernels, output, inputs);
    }
    return new EagerTensor[] {output};
  }

  @Override
  default Tensor[] gradient(Call call, Tensor... upstream) {
    return gradient(call, upstream[0]);
  }
}
