package dev.tapedeck.ops.kernels;

import dev.tapedeck.tensor.EagerTensor;

/** Kernels for discrete Fourier transforms of complex numbers, in doubles. */
public interface FourierKernels {
  /**
   * Transforms the last axis of dense tensors of one shape, with elements, of float32 or float64.
   *
   * @param inverse whether the waves turn the other way
   * @param scale factor of the results
   * @param from real and imaginary parts
   * @param to where to write those of the results
   */
  void transform(boolean inverse, double scale, EagerTensor[] from, EagerTensor[] to);
}
