package dev.tapedeck.ops.kernels;

import dev.tapedeck.tensor.DType;

/** Kernels that may take 16-bit floating types as they are. */
public interface NarrowKernels {
  /**
   * Returns whether they take operands that are all of a 16-bit floating type; if not, operands are
   * widened to float32 before, and the result is rounded.
   */
  default boolean computes(DType type) {
    return false;
  }
}
