package dev.tapedeck.ops.kernels;

import dev.tapedeck.tensor.EagerTensor;

/**
 * Sums over the rows of a matrix {@code [n, c]} of float32 or float64, two at once: one pass over
 * memory each.
 */
public interface NormalizationKernels {
  /** Computes the mean and the variance of each column, {@code [2, c]}. */
  void moments(EagerTensor x, EagerTensor output);

  /**
   * Computes the sums of {@code g} and of {@code g * (x - mean)} in each column, {@code [2, c]}.
   *
   * @param mean the number of each column that is subtracted, {@code [c]}
   */
  void sums(EagerTensor g, EagerTensor x, EagerTensor mean, EagerTensor output);
}
