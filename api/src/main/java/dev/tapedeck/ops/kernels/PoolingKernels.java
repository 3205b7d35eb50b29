package dev.tapedeck.ops.kernels;

import dev.tapedeck.tensor.EagerTensor;

/** Pooling of images {@code [n, spatial.., c]}, for one to three spatial axes. */
public interface PoolingKernels {
  /** Takes the largest element of each window; minus infinity where there is only padding. */
  void max(Window window, EagerTensor images, EagerTensor output);

  /** Computes the gradient of {@link #max}: it goes to the first largest element of a window. */
  void maxGradient(Window window, EagerTensor images, EagerTensor upstream, EagerTensor output);

  /** Takes the mean of each window, not counting padding; NaN where there is nothing else. */
  void average(Window window, EagerTensor images, EagerTensor output);

  /** Computes the gradient of {@link #average}. */
  void averageGradient(Window window, EagerTensor upstream, EagerTensor output);
}
