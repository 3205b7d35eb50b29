package dev.tapedeck.ops.cpu;

import dev.tapedeck.tensor.DType;

/** Loops over dense rows of logits, from the first one up to an end, at addresses of row 0. */
interface LogitRows {
  LogitRows FLOAT32 = Reals.copy(LogitLoops.class, LogitRows.class, DType.FLOAT32);
  LogitRows FLOAT64 = Reals.copy(LogitLoops.class, LogitRows.class, DType.FLOAT64);

  static LogitRows of(DType type) {
    return type == DType.FLOAT32 ? FLOAT32 : FLOAT64;
  }

  void softmax(long first, long end, long classes, long from, long to);

  void logSoftmax(long first, long end, long classes, long from, long to);

  void crossEntropy(long first, long end, long classes, long[] labels, long from, long to);

  void crossEntropyGradient(
      long first, long end, long classes, long[] labels, long from, long upstream, long to);
}
