package dev.tapedeck.ops.cpu;

import dev.tapedeck.tensor.EagerTensor;

/** Softmax and its cross-entropy, of float32 and float64. */
final class Logits {
  /** Powers of so many elements take longer than another thread needs to begin. */
  private static final long GRAIN = 1 << 14;

  private Logits() {}

  private static void rows(EagerTensor logits, Workers.Range work) {
    long classes = logits.shape().size(-1);
    Workers.run(logits.shape().count() / classes, Math.ceilDiv(GRAIN, classes), work);
  }

  static void softmax(EagerTensor logits, boolean logarithm, EagerTensor output) {
    LogitRows loops = LogitRows.of(logits.dtype());
    long classes = logits.shape().size(-1);
    try (Dense x = Dense.of(logits)) {
      long from = x.address();
      long to = output.address();
      rows(
          logits,
          logarithm
              ? (first, end) -> loops.logSoftmax(first, end, classes, from, to)
              : (first, end) -> loops.softmax(first, end, classes, from, to));
    }
  }

  static void crossEntropy(long[] labels, EagerTensor logits, EagerTensor output) {
    LogitRows loops = LogitRows.of(logits.dtype());
    long classes = logits.shape().size(-1);
    try (Dense x = Dense.of(logits)) {
      long from = x.address();
      long to = output.address();
      rows(logits, (first, end) -> loops.crossEntropy(first, end, classes, labels, from, to));
    }
  }

  static void crossEntropyGradient(
      long[] labels, EagerTensor logits, EagerTensor upstream, EagerTensor output) {
    LogitRows loops = LogitRows.of(logits.dtype());
    long classes = logits.shape().size(-1);
    try (Dense x = Dense.of(logits);
        Dense g = Dense.of(upstream)) {
      long from = x.address();
      long factors = g.address();
      long to = output.address();
      rows(
          logits,
          (first, end) ->
              loops.crossEntropyGradient(first, end, classes, labels, from, factors, to));
    }
  }
}
