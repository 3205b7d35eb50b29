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

  /**
   * Adds rows to parts of an output, in the order of the rows: the sums do not depend on threads.
   *
   * @param rows the rows, contiguous
   * @param size the number of elements of each
   * @param copies how many places each row is added to, one after the other
   * @param first the number of the first place; others were added before
   * @param places the index in the output of the first element of each part, checked by the caller;
   *     a negative one leaves its row out
   */
  void scatter(
      EagerTensor rows, long size, long copies, long first, long[] places, EagerTensor output);

  /**
   * Returns whether sums over all axes but the last are, to the last bit, sums of the examples'
   * sums: a plan may then add up each example by itself.
   */
  default boolean addsByExample() {
    return false;
  }
}
