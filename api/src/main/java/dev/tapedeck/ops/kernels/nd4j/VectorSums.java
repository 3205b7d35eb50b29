package dev.tapedeck.ops.kernels.nd4j;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Elements;
import java.lang.foreign.MemorySegment;

/** Sums of products of vectors of float32 or float64 in memory, each from an index on. */
final class VectorSums {
  private VectorSums() {}

  /** Adds products of {@code n} elements of {@code x} and {@code y} to those of {@code z}. */
  static void addProducts(
      DType dtype,
      MemorySegment x,
      long i,
      MemorySegment y,
      long j,
      MemorySegment z,
      long k,
      long n) {
    if (dtype == DType.FLOAT32) {
      addFloatProducts(x, i, y, j, z, k, n);
    } else {
      addDoubleProducts(x, i, y, j, z, k, n);
    }
  }

  private static void addFloatProducts(
      MemorySegment x, long i, MemorySegment y, long j, MemorySegment z, long k, long n) {
    for (long m = 0; m < n; m++) {
      float product = x.getAtIndex(Elements.FLOAT, i + m) * y.getAtIndex(Elements.FLOAT, j + m);
      z.setAtIndex(Elements.FLOAT, k + m, z.getAtIndex(Elements.FLOAT, k + m) + product);
    }
  }

  private static void addDoubleProducts(
      MemorySegment x, long i, MemorySegment y, long j, MemorySegment z, long k, long n) {
    for (long m = 0; m < n; m++) {
      double product = x.getAtIndex(Elements.DOUBLE, i + m) * y.getAtIndex(Elements.DOUBLE, j + m);
      z.setAtIndex(Elements.DOUBLE, k + m, z.getAtIndex(Elements.DOUBLE, k + m) + product);
    }
  }
}
