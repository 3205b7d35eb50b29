package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.tensor.DType;

/**
 * Pooling loops over windows of dense images, from a first image up to an end; addresses are those
 * of image 0.
 */
interface PoolRows {
  PoolRows FLOAT32 = TypeSpecializer.copy(PoolLoops.class, PoolRows.class, DType.FLOAT32);
  PoolRows FLOAT64 = TypeSpecializer.copy(PoolLoops.class, PoolRows.class, DType.FLOAT64);

  static PoolRows of(DType type) {
    return type == DType.FLOAT32 ? FLOAT32 : FLOAT64;
  }

  void max(long first, long end, WindowPixels windows, long images, long to);

  void maxGradient(long first, long end, WindowPixels windows, long images, long upstream, long to);

  void avg(long first, long end, WindowPixels windows, long images, long to);

  void avgGradient(long first, long end, WindowPixels windows, long upstream, long to);
}
