package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.ops.kernels.Kernels.Range;
import dev.tapedeck.ops.kernels.SoftmaxKernels;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Shape;

/** Softmax and cross-entropy kernels for the last axis. */
final class CpuSoftmax implements SoftmaxKernels {
  /** The cost of an exponential in additions, by which work is divided. */
  private static final int POWER = 16;

  /** Runs work over the rows of logits; each row is the work of one thread. */
  private static void rows(Shape logits, Range work) {
    long classes = logits.size(-1);
    Workers.run(logits.count() / classes, Math.ceilDiv(Workers.LEAST / POWER, classes), work);
  }

  @Override
  public void softmax(EagerTensor logits, boolean logarithm, EagerTensor output) {
    LogitRows loops = LogitRows.of(logits.dtype());
    long classes = logits.shape().size(-1);
    long number = logits.dtype().bytes();
    long row = classes * number;
    long to = output.address();
    try (DenseOperand x = DenseOperand.of(logits)) {
      long from = x.address();
      rows(
          logits.shape(),
          (first, end) -> {
            for (long i = first * row; i < end * row; i += row) {
              if (logarithm) {
                loops.logSoftmax(from + i, classes, to + i);
              } else {
                loops.softmax(from + i, classes, to + i);
              }
            }
          });
    }
  }

  @Override
  public void crossEntropy(long[] labels, EagerTensor logits, EagerTensor output) {
    LogitRows loops = LogitRows.of(logits.dtype());
    long classes = logits.shape().size(-1);
    long number = logits.dtype().bytes();
    long row = classes * number;
    long to = output.address();
    try (DenseOperand x = DenseOperand.of(logits)) {
      long from = x.address();
      rows(
          logits.shape(),
          (first, end) -> {
            for (int i = (int) first; i < end; i++) {
              loops.crossEntropy(labels[i], from + i * row, classes, to + i * number);
            }
          });
    }
  }

  @Override
  public void crossEntropyGradient(
      long[] labels, EagerTensor logits, EagerTensor upstream, EagerTensor output) {
    LogitRows loops = LogitRows.of(logits.dtype());
    long classes = logits.shape().size(-1);
    long number = logits.dtype().bytes();
    long row = classes * number;
    long to = output.address();
    try (DenseOperand x = DenseOperand.of(logits);
        DenseOperand g = DenseOperand.of(upstream)) {
      long from = x.address();
      long factors = g.address();
      rows(
          logits.shape(),
          (first, end) -> {
            for (int i = (int) first; i < end; i++) {
              long factor = factors + i * number;
              loops.crossEntropyGradient(labels[i], from + i * row, classes, factor, to + i * row);
            }
          });
    }
  }
}
