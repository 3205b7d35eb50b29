package dev.tapedeck.ops.kernels;

import dev.tapedeck.tensor.EagerTensor;

/** Pooling of images {@code [n, spatial.., c]}, for one to three spatial axes. */
public interface PoolingKernels {
  /** Computes the maximum of each window; minus infinity where there is only padding. */
  void max(Window window, EagerTensor images, EagerTensor output);

  /** Computes the gradient of {@link #max}, which goes to the first maximum of each window. */
  void maxGradient(Window window, EagerTensor images, EagerTensor upstream, EagerTensor output);

  /** Computes the mean of each window, not counting padding; NaN where there is only padding. */
  void average(Window window, EagerTensor images, EagerTensor output);

  /** Computes the gradient of {@link #average}. */
  void averageGradient(Window window, EagerTensor upstream, EagerTensor output);
}
