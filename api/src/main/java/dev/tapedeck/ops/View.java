package dev.tapedeck.ops;

import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;

/** An op whose output is a view of its input's memory. */
public interface View extends SingleOutputOp {
  /** Returns the input's memory as a tensor of the output's shape. */
  EagerTensor view(EagerTensor input, Shape shape);

  /** Returns {@link #equalInput} of a view that changes at most the shape. */
  default int sameShape(Tensor... inputs) {
    return inputs[0].shape().isKnown() && inferOutput(inputs[0].spec()).equals(inputs[0].spec())
        ? 0
        : -1;
  }

  @Override
  default EagerTensor[] execute(Kernels kernels, TensorSpec[] outputs, EagerTensor... inputs) {
    if (!outputs[0].shape().isKnown()) {
      throw Checks.unknown(name(), "sizes of the result", outputs[0].shape());
    }
    return new EagerTensor[] {view(inputs[0], outputs[0].shape())};
  }
}
