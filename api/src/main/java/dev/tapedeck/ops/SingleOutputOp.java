package dev.tapedeck.ops;

import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;

/**
 * An op with one output, which allocates it itself: one whose size only the values tell, or a
 * {@link View}. Most write into memory that is given, and are {@link SimpleOp}s.
 */
public interface SingleOutputOp extends Op {
  /** Returns what the output will be; see {@link Op#infer}. */
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
