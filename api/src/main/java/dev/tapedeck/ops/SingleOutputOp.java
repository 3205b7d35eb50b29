package dev.tapedeck.ops;

import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;

/**
 * An op with one output, which it allocates itself: one whose size depends on values, or a {@link
 * View}. Most ops write into given memory and are {@link SimpleOp}s.
 */
public interface SingleOutputOp extends Op {
  /** Returns the type and shape of the output; see {@link Op#infer}. */
  TensorSpec inferOutput(TensorSpec... inputs);

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
  default Tensor[] gradient(Call call, Tensor... upstream) {
    return gradient(call, upstream[0]);
  }
}
