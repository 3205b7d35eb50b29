package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.tensor.DType;

/** Loops over a row of dense logits, all by addresses. */
interface LogitRows {
  LogitRows FLOAT32 = TypeSpecializer.copy(LogitLoops.class, LogitRows.class, DType.FLOAT32);
  LogitRows FLOAT64 = TypeSpecializer.copy(LogitLoops.class, LogitRows.class, DType.FLOAT64);

  static LogitRows of(DType type) {
    return type == DType.FLOAT32 ? FLOAT32 : FLOAT64;
  }

  void softmax(long logits, long classes, long to);

  void logSoftmax(long logits, long classes, long to);

  void crossEntropy(long label, long logits, long classes, long to);

  void crossEntropyGradient(long label, long logits, long classes, long upstream, long to);
}
