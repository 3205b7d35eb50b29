package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.ops.kernels.Kernels.Range;
import dev.tapedeck.ops.kernels.PoolingKernels;
import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.ops.kernels.WindowRuns;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Shape;

/** Pooling kernels for float32 and float64. */
final class CpuPooling implements PoolingKernels {
  /** The number of elements that are read in the time that it takes to start another thread. */
  private static final long GRAIN = 1 << 14;

  /** The largest number of window pixels that are listed in a Java array. */
  private static final double MOST_PIXELS = 1 << 24;

  private final PoolingKernels reference;

  /** Takes the fallback for windows with too many pixels. */
  CpuPooling(PoolingKernels reference) {
    this.reference = reference;
  }

  /** Returns whether all pixels of the windows over an image can be listed. */
  private static boolean serves(Window window, Shape images) {
    WindowRuns runs = new WindowRuns(window, images.with(0, 1));
    double image = (double) images.count() / Math.max(images.size(0), 1);
    return (double) runs.windows() * runs.elements() <= MOST_PIXELS && image <= Integer.MAX_VALUE;
  }

  private static void images(Shape images, Range work) {
    long count = images.size(0);
    Workers.run(count, Math.ceilDiv(GRAIN * count, Math.max(images.count(), 1)), work);
  }

  @Override
  public void max(Window window, EagerTensor images, EagerTensor output) {
    if (!serves(window, images.shape())) {
      reference.max(window, images, output);
      return;
    }
    PoolRows loops = PoolRows.of(output.dtype());
    WindowPixels windows = WindowPixels.of(window, images.shape());
    try (DenseOperand x = DenseOperand.of(images)) {
      long from = x.address();
      long to = output.address();
      images(images.shape(), (first, end) -> loops.max(first, end, windows, from, to));
    }
  }

  @Override
  public void maxGradient(
      Window window, EagerTensor images, EagerTensor upstream, EagerTensor output) {
    if (!serves(window, images.shape())) {
      reference.maxGradient(window, images, upstream, output);
      return;
    }
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

  @Override
  public void average(Window window, EagerTensor images, EagerTensor output) {
    if (!serves(window, images.shape())) {
      reference.average(window, images, output);
      return;
    }
    PoolRows loops = PoolRows.of(output.dtype());
    WindowPixels windows = WindowPixels.of(window, images.shape());
    try (DenseOperand x = DenseOperand.of(images)) {
      long from = x.address();
      long to = output.address();
      images(images.shape(), (first, end) -> loops.avg(first, end, windows, from, to));
    }
  }

  @Override
  public void averageGradient(Window window, EagerTensor upstream, EagerTensor output) {
    if (!serves(window, output.shape())) {
      reference.averageGradient(window, upstream, output);
      return;
    }
    PoolRows loops = PoolRows.of(output.dtype());
    WindowPixels windows = WindowPixels.of(window, output.shape());
    try (DenseOperand g = DenseOperand.of(upstream)) {
      long from = g.address();
      long to = output.address();
      images(output.shape(), (first, end) -> loops.avgGradient(first, end, windows, from, to));
    }
  }
}
