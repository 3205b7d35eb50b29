package dev.tapedeck.ops.kernels;

import dev.tapedeck.tensor.EagerTensor;

/** Softmax and its cross-entropy, along the last axis. */
public interface SoftmaxKernels {
  /** Computes softmax, or its logarithm. */
  void softmax(EagerTensor logits, boolean logarithm, EagerTensor output);

  /**
   * Computes {@code -log(softmax(logits))} at the labels' classes: {@code [.., classes] -> [..]}.
   *
   * @param labels a class for each row of logits
   */
  void crossEntropy(long[] labels, EagerTensor logits, EagerTensor output);

  /**
   * Computes the gradient of {@link #crossEntropy} for its logits: {@code (softmax(logits) -
   * oneHot(labels)) * upstream}.
   */
  void crossEntropyGradient(
      long[] labels, EagerTensor logits, EagerTensor upstream, EagerTensor output);
}
