package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.tensor.DType;

/** Loops that sum the columns of some rows, which lie next to each other in memory. */
interface MomentRows {
  MomentRows FLOAT32 = TypeSpecializer.copy(MomentLoops.class, MomentRows.class, DType.FLOAT32);
  MomentRows FLOAT64 = TypeSpecializer.copy(MomentLoops.class, MomentRows.class, DType.FLOAT64);

  static MomentRows of(DType type) {
    return type == DType.FLOAT32 ? FLOAT32 : FLOAT64;
  }

  /**
   * Writes the mean of each column, rounded, then the sums of the distances from it and of their
   * squares.
   */
  void moments(long x, long rows, long columns, long to);

  /** Writes the sum of {@code g} in each column, then that of {@code g * (x - mean)}. */
  void sums(long g, long x, long mean, long rows, long columns, long to);
}
