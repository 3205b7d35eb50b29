package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.ops.kernels.Kernels.Range;
import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.ops.kernels.WindowRuns;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Shape;

/** Pooling and its gradients, of float32 and float64. */
final class PoolingKernels {
  /** So many elements are read before another thread has begun. */
  private static final long GRAIN = 1 << 14;

  /** So many pixels of windows are counted, in Java's memory, at most. */
  private static final double MOST_PIXELS = 1 << 24;

  private PoolingKernels() {}

  /** Returns whether the windows over an image have no more pixels than can be listed. */
  static boolean serves(Window window, Shape images) {
    WindowRuns runs = new WindowRuns(window, images.with(0, 1));
    double image = (double) images.count() / Math.max(images.size(0), 1);
    return (double) runs.windows() * runs.elements() <= MOST_PIXELS && image <= Integer.MAX_VALUE;
  }

  private static void images(Shape images, Range work) {
    long count = images.size(0);
    Workers.run(count, Math.ceilDiv(GRAIN * count, Math.max(images.count(), 1)), work);
  }

  static void max(Window window, EagerTensor images, EagerTensor output) {
    PoolRows loops = PoolRows.of(output.dtype());
    WindowPixels windows = WindowPixels.of(window, images.shape());
    try (DenseOperand x = DenseOperand.of(images)) {
      long from = x.address();
      long to = output.address();
      images(images.shape(), (first, end) -> loops.max(first, end, windows, from, to));
    }
  }

  static void maxGradient(
      Window window, EagerTensor images, EagerTensor upstream, EagerTensor output) {
    PoolRows loops = PoolRows.of(output.dtype());
    WindowPixels windows = WindowPixels.of(window, images.shape());
    try (DenseOperand x = DenseOperand.of(images);
        DenseOperand g = DenseOperand.of(upstream)) {
      long from = x.address();
      long gradients = g.address();
      long to = output.address();
      images(
          images.shape(),
          (first, end) -> loops.maxGradient(first, end, windows, from, gradients, to));
    }
  }

  static void avg(Window window, EagerTensor images, EagerTensor output) {
    PoolRows loops = PoolRows.of(output.dtype());
    WindowPixels windows = WindowPixels.of(window, images.shape());
    try (DenseOperand x = DenseOperand.of(images)) {
      long from = x.address();
      long to = output.address();
      images(images.shape(), (first, end) -> loops.avg(first, end, windows, from, to));
    }
  }

  static void avgGradient(Window window, EagerTensor upstream, EagerTensor output) {
    PoolRows loops = PoolRows.of(output.dtype());
    WindowPixels windows = WindowPixels.of(window, output.shape());
    try (DenseOperand g = DenseOperand.of(upstream)) {
      long from = g.address();
      long to = output.address();
      images(output.shape(), (first, end) -> loops.avgGradient(first, end, windows, from, to));
    }
  }
}
