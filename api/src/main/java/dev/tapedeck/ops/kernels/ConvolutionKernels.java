package dev.tapedeck.ops.kernels;

import dev.tapedeck.tensor.EagerTensor;

/**
 * Convolutions of images {@code [n, spatial.., c]} with a kernel {@code [spatial.., c / groups,
 * k]}, for one to three spatial axes.
 */
public interface ConvolutionKernels extends NarrowKernels {
  /** Computes a convolution of images with a kernel. */
  void conv(Window window, int groups, EagerTensor images, EagerTensor kernel, EagerTensor output);

  /** Computes the gradient of {@link #conv} for its images. */
  void convBackwardInput(
      Window window, int groups, EagerTensor kernel, EagerTensor upstream, EagerTensor output);

  /** Computes the gradient of {@link #conv} for its kernel. */
  void convBackwardFilter(
      Window window, int groups, EagerTensor images, EagerTensor upstream, EagerTensor output);
}
