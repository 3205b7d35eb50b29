package dev.tapedeck.ops.kernels;

import dev.tapedeck.tensor.EagerTensor;

/** Matrix products. */
public interface MatrixKernels extends NarrowKernels {
  /** Multiplies matrices in the last two axes; the axes before them are equal. */
  void matmul(
      EagerTensor a, boolean transposeA, EagerTensor b, boolean transposeB, EagerTensor output);
}
