package dev.tapedeck.ops.kernels;

import dev.tapedeck.tensor.EagerTensor;

/**
 * Convolutions of images {@code [n, spatial.., c]} with a kernel {@code [spatial.., c / groups,
 * k]}, for one to three spatial axes.
 */
public interface ConvolutionKernels extends NarrowKernels {
  /** Computes a convolution of images with a kernel. */
  void conv(Window window, int groups, EagerTensor images, EagerTensor kernel, EagerTensor output);

  /** Computes a convolution whose images are handed on as soon as some are computed. */
  default void conv(
      Window window, int groups, EagerTensor images, EagerTensor kernel, ImageSink sink) {
    sink.takeAll(output -> conv(window, groups, images, kernel, output));
  }

  /** Computes the gradient of {@link #conv} for its images. */
  void convBackwardInput(
      Window window, int groups, EagerTensor kernel, EagerTensor upstream, EagerTensor output);

  /** Computes that gradient, whose images are handed on as soon as some are computed. */
  default void convBackwardInput(
      Window window, int groups, EagerTensor kernel, EagerTensor upstream, ImageSink sink) {
    sink.takeAll(output -> convBackwardInput(window, groups, kernel, upstream, output));
  }

  /** Computes the gradient of {@link #conv} for its kernel. */
  void convBackwardFilter(
      Window window, int groups, EagerTensor images, EagerTensor upstream, EagerTensor output);
}
