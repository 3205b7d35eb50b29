package dev.tapedeck.ops.kernels.nd4j;

import dev.tapedeck.ops.kernels.Reduction;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Reductions as plain Java loops where ND4J has gaps: whole numbers and bools, products, maximum
 * and minimum with NaN; and sums, which ND4J adds up one by one in float32, so that a million times
 * 0.1 has a mean of 0.1004. The reduced elements are made dense rows first.
 */
final class RowReduction {
  private RowReduction() {}

  static void run(Reduction reduction, EagerTensor x, int[] axes, EagerTensor output) {
    EagerTensor last = reducedLast(x, axes);
    EagerTensor rows = last.dense();
    long count = output.shape().count();
    long size = x.shape().count() / count;
    DType dtype = x.dtype();
    MemorySegment from = rows.elements();
    MemorySegment to = output.elements();
    for (long row = 0; row < count; row++) {
      if (dtype.isFloating()) {
        Elements.setDouble(dtype, to, row, floating(reduction, dtype, from, row * size, size));
      } else {
        Elements.setLong(dtype, to, row, whole(reduction, dtype, from, row * size, size));
      }
    }
    if (rows != last) {
      rows.release();
    }
  }

  private static EagerTensor reducedLast(EagerTensor x, int[] axes) {
    IntStream others =
        IntStream.range(0, x.shape().rank()).filter(axis -> Arrays.binarySearch(axes, axis) < 0);
    int[] order = IntStream.concat(others, Arrays.stream(axes)).toArray();
    Shape shape = Shape.of(Arrays.stream(order).mapToLong(x.shape()::size).toArray());
    return x.view(
        shape, Arrays.stream(order).mapToLong(axis -> x.strides()[axis]).toArray(), x.offset());
  }

  private static double floating(
      Reduction reduction, DType dtype, MemorySegment from, long start, long size) {
    if (dtype == DType.FLOAT32 && (reduction == Reduction.SUM || reduction == Reduction.MEAN)) {
      double sum = Float32Loops.sum(from, start, size);
      return reduction == Reduction.MEAN ? sum / size : sum;
    }
    double total = Elements.getDouble(dtype, from, start);
    for (long i = start + 1; i < start + size; i++) {
      double value = Elements.getDouble(dtype, from, i);
      total =
          switch (reduction) {
            case SUM, MEAN -> total + value;
            case PROD -> total * value;
            case MAX -> Math.max(total, value);
            case MIN -> Math.min(total, value);
          };
    }
    return reduction == Reduction.MEAN ? total / size : total;
  }

  private static long whole(
      Reduction reduction, DType dtype, MemorySegment from, long start, long size) {
    long total = Elements.getLong(dtype, from, start);
    for (long i = start + 1; i < start + size; i++) {
      long value = Elements.getLong(dtype, from, i);
      total =
          switch (reduction) {
            case SUM, MEAN -> total + value;
            case PROD -> total * value;
            case MAX -> Math.max(total, value);
            case MIN -> Math.min(total, value);
          };
    }
    return total;
  }
}
