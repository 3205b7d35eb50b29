package dev.tapedeck.ops.kernels;

import dev.tapedeck.tensor.EagerTensor;

/** Matrix products. */
public interface MatrixKernels extends NarrowKernels {
  /** Multiplies matrices in the last two axes; the axes before them are equal. */
  void matmul(
      EagerTensor a, boolean transposeA, EagerTensor b, boolean transposeB, EagerTensor output);

  /** Returns the same kernels on the calling thread alone, for work that is divided itself. */
  default MatrixKernels undivided() {
    return this;
  }
}
