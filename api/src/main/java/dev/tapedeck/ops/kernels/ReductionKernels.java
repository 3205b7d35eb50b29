package dev.tapedeck.ops.kernels;

import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Shape;

/** Reductions over axes, which are in rising order. */
public interface ReductionKernels {
  /** Reduces over axes. */
  void reduce(Reduction reduction, EagerTensor input, int[] axes, EagerTensor output);

  /**
   * Reduces a formula of inputs, whose values have a shape, over axes, of which there is one at
   * least; returns false if it has not, and does not: then that is done one after the other.
   */
  default boolean reduce(
      Formula formula,
      Reduction reduction,
      Shape shape,
      int[] axes,
      EagerTensor output,
      EagerTensor... inputs) {
    return false;
  }
}
