package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.tensor.DType;

/** Loops over a row of scores, all by addresses. */
interface AttentionRows {
  AttentionRows FLOAT32 =
      TypeSpecializer.copy(AttentionLoops.class, AttentionRows.class, DType.FLOAT32);
  AttentionRows FLOAT64 =
      TypeSpecializer.copy(AttentionLoops.class, AttentionRows.class, DType.FLOAT64);

  static AttentionRows of(DType type) {
    return type == DType.FLOAT32 ? FLOAT32 : FLOAT64;
  }

  /**
   * Replaces scores by weights.
   *
   * @param seen number of the first keys that are not in the future
   * @param mask address of bools; 0 for none
   */
  void weights(long scores, long keys, long seen, double scale, long mask);

  /** Replaces gradients of weights by those of scores; see {@link #weights}. */
  void gradient(long weights, long gradients, long keys, long seen, double scale, long mask);
}
