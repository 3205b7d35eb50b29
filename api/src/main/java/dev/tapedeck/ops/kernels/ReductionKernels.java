package dev.tapedeck.ops.kernels;

import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Shape;

/** Kernels for reductions over ascending axes. */
public interface ReductionKernels {
  /** Reduces a tensor over axes. */
  void reduce(Reduction reduction, EagerTensor input, int[] axes, EagerTensor output);

  /**
   * Reduces the values of a formula, which have a given shape, over one axis or more, without
   * storing them. Returns false if it did not: the caller then computes the formula and reduces its
   * result.
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
