package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.ops.kernels.ConvolutionKernels;
import dev.tapedeck.ops.kernels.ImageSink;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.ops.kernels.MatrixKernels;
import dev.tapedeck.ops.kernels.PointwiseKernels;
import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.ops.kernels.cpu.onednn.OneDnn;
import dev.tapedeck.ops.kernels.nd4j.WholeProducts;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Shape;
import java.util.Arrays;

/**
 * Matrix products and convolutions by oneDNN, divided among the workers.
 *
 * <p>oneDNN can divide them itself, but among OpenMP's threads, which have to be woken for each
 * product. It does so where nothing can be divided here, or where the cost of waking is negligible.
 *
 * <p>A product is divided along the axis for which all parts together read, or add up, the fewest
 * numbers: on two processors with separate caches, the weights of a layer, their gradient and their
 * update are then divided at the same row. The division depends on shapes and on the number of
 * threads, not on which are free.
 */
final class ParallelProducts implements MatrixKernels, ConvolutionKernels {
  private static final int NONE = -1;

  /** The least multiplications of a part: about 10 microseconds. */
  private static final double LEAST = 16.0 * Workers.LEAST;

  /** The multiplications from which on waking helpers pays. */
  private static final double WAKING = 4 * LEAST;

  /** The multiplications from which on OpenMP's threads are woken for an undivided product. */
  private static final double LEAST_UNDIVIDED = 2e7;

  /** The multiplications from which on oneDNN divides better, along several axes at once. */
  private static final double MOST_DIVIDED = 5e8;

  /** The minimum rows, or columns, of a part of a matrix. */
  private static final int LEAST_ROWS = 8;

  /** The cost, in multiplications, of adding up one number of the parts' results. */
  private static final int SUMS = 32;

  /** The most numbers of images that are handed on together: 256 KiB, a part of a cache. */
  private static final long CACHED = 1 << 16;

  private static final Formula SUM = Formula.of("sum", Expr::plus);

  private final PointwiseKernels sums;
  private final Kernels reference;
  private final Kernels widened;
  private final MatrixKernels undivided = this::multiply;
  private final Int8Products wholeNumbers;

  /**
   * Takes other kernels.
   *
   * @param sums the kernels that add up the results of parts
   * @param reference the fallback where oneDNN does not compute
   */
  ParallelProducts(PointwiseKernels sums, Kernels reference) {
    this.sums = sums;
    this.reference = reference;
    this.widened = Kernels.widened(reference);
    this.wholeNumbers = new Int8Products(sums, this::divided);
  }

  /**
   * The axes along which two operands and their result are divided; {@code NONE} for a tensor that
   * is shared by all parts.
   *
   * @param count the size of the axes
   * @param least the minimum size of a part
   */
  private record Division(int x, int y, int result, long count, long least) {}

  /** A call of oneDNN. */
  @FunctionalInterface
  private interface Call {
    boolean run(int threads, EagerTensor x, EagerTensor y, EagerTensor result);
  }

  private boolean run(
      double multiplications,
      Division division,
      EagerTensor x,
      EagerTensor y,
      EagerTensor result,
      Call call) {
    double most = Math.min((double) division.count / division.least, multiplications / LEAST);
    if (division.result == NONE) {
      most = Math.min(most, multiplications / SUMS / Math.max(result.shape().count(), 1));
    }
    int parts = (int) Math.clamp(most, 1, Workers.threads());
    // Sums of parts would be rounded to 16 bits on the way.
    boolean rounded = division.result == NONE && result.dtype().bytes() == 2;
    if (parts == 1 || result.dtype() == DType.FLOAT64 || rounded) {
      int threads = multiplications < LEAST_UNDIVIDED ? 1 : Workers.threads();
      return call.run(threads, x, y, result);
    }
    EagerTensor[] results = new EagerTensor[parts];
    Arrays.setAll(results, i -> i == 0 || division.result != NONE ? result : like(result));
    boolean[] done = new boolean[parts];
    Workers.run(
        parts,
        multiplications >= WAKING,
        i ->
            done[i] =
                call.run(
                    1,
                    part(x, division.x, i, parts),
                    part(y, division.y, i, parts),
                    part(results[i], division.result, i, parts)));
    boolean all = done[0];
    for (int i = 1; i < parts; i++) {
      all &= done[i];
      if (division.result == NONE) {
        sums.compute(SUM, result, result, results[i]);
        results[i].release();
      }
    }
    return all;
  }

  @Override
  public boolean computes(DType type) {
    return type == DType.BFLOAT16 && OneDnn.computes(type);
  }

  /** Returns the kernels that compute what oneDNN does not. */
  private Kernels reference(EagerTensor output) {
    return output.dtype() == DType.BFLOAT16 ? widened : reference;
  }

  private static EagerTensor like(EagerTensor tensor) {
    return EagerTensor.allocate(tensor.spec());
  }

  private static EagerTensor part(EagerTensor tensor, int axis, int number, int parts) {
    if (axis == NONE) {
      return tensor;
    }
    long size = tensor.shape().size(axis);
    return tensor.part(axis, size * number / parts, size * (number + 1) / parts);
  }

  @Override
  public void matmul(
      EagerTensor a, boolean transposeA, EagerTensor b, boolean transposeB, EagerTensor output) {
    if (a.dtype() != DType.INT8) {
      if (!divided(a, transposeA, b, transposeB, output)) {
        reference(output).matrices().matmul(a, transposeA, b, transposeB, output);
      }
    } else if (!wholeNumbers.multiply(a, transposeA, b, transposeB, output)) {
      WholeProducts.multiply(this, a, transposeA, b, transposeB, output);
    }
  }

  private boolean divided(
      EagerTensor a, boolean transposeA, EagerTensor b, boolean transposeB, EagerTensor output) {
    long inner = a.shape().size(transposeA ? -2 : -1);
    double multiplications = (double) inner * output.shape().count();
    return run(
        multiplications,
        division(multiplications, inner, transposeA, transposeB, output.shape()),
        a,
        b,
        output,
        (threads, x, y, z) -> OneDnn.matmul(threads, x, transposeA, y, transposeB, z));
  }

  @Override
  public MatrixKernels undivided() {
    return undivided;
  }

  private void multiply(
      EagerTensor a, boolean transposeA, EagerTensor b, boolean transposeB, EagerTensor output) {
    if (!OneDnn.matmul(1, a, transposeA, b, transposeB, output)) {
      reference(output).matrices().matmul(a, transposeA, b, transposeB, output);
    }
  }

  private static Division division(
      double multiplications, long inner, boolean transposeA, boolean transposeB, Shape output) {
    int axis = 0;
    while (axis < output.rank() - 2 && output.size(axis) == 1) {
      axis++;
    }
    if (output.rank() != 2 || multiplications >= MOST_DIVIDED) {
      boolean batch = axis < output.rank() - 2;
      return new Division(axis, axis, axis, batch ? output.size(axis) : 1, 1);
    }
    long m = output.size(0);
    long n = output.size(1);
    int down = transposeA ? 1 : 0;
    int across = transposeB ? 0 : 1;
    // The numbers that all parts together read, or write and add up.
    double byRows = (double) inner * n;
    double byColumns = (double) m * inner;
    double byTerms = 2.0 * m * n;
    if (byRows <= Math.min(byColumns, byTerms)) {
      return new Division(down, NONE, 0, m, LEAST_ROWS);
    }
    return byColumns <= byTerms
        ? new Division(NONE, across, 1, n, LEAST_ROWS)
        : new Division(1 - down, 1 - across, NONE, inner, LEAST_ROWS);
  }

  /**
   * Returns whether each pixel is multiplied by a matrix: a fifth faster as a product of matrices
   * than as a convolution of oneDNN.
   */
  private static boolean ofPixels(Window window, int groups, EagerTensor images, Shape y) {
    Shape x = images.shape();
    return groups == 1
        && images.dtype() == DType.FLOAT32
        && window.axes().stream().allMatch(axis -> axis.size() == 1 && axis.stride() == 1)
        && window.axes().stream().allMatch(axis -> axis.before() == 0 && axis.after() == 0)
        && x.slice(0, x.rank() - 1).equals(y.slice(0, y.rank() - 1));
  }

  /** Returns a dense tensor as the matrix of its last axis. */
  private static EagerTensor matrix(EagerTensor tensor) {
    EagerTensor dense = tensor.dense();
    long columns = dense.shape().size(-1);
    Shape shape = Shape.of(dense.shape().count() / columns, columns);
    return dense.view(shape, shape.strides(), dense.offset());
  }

  private static double multiplications(EagerTensor kernel, Shape output) {
    double filters = Math.max(kernel.shape().size(-1), 1);
    return kernel.shape().count() / filters * output.count();
  }

  /** A call of oneDNN that computes some images from others. */
  @FunctionalInterface
  private interface ImageCall {
    boolean run(int threads, boolean again, EagerTensor from, EagerTensor to);
  }

  /**
   * Computes images from others, some at a time, which are handed on while they are in the cache.
   *
   * @return false if oneDNN refuses, before any were handed on
   */
  private static boolean run(
      double multiplications, EagerTensor from, ImageSink sink, ImageCall call) {
    long count = sink.shape().size(0);
    int parts =
        (int) Math.clamp(Math.min((double) count, multiplications / LEAST), 1, Workers.threads());
    int threads = parts > 1 || multiplications < LEAST_UNDIVIDED ? 1 : Workers.threads();
    boolean[] done = new boolean[parts];
    Workers.run(
        parts,
        multiplications >= WAKING,
        i -> done[i] = run(threads, from, count * i / parts, count * (i + 1) / parts, sink, call));
    for (boolean part : done) {
      if (part != done[0]) {
        throw differing();
      }
    }
    return done[0];
  }

  private static IllegalStateException differing() {
    return new IllegalStateException("oneDNN computes some images of a batch, but not others");
  }

  private static boolean run(
      int threads, EagerTensor images, long from, long to, ImageSink sink, ImageCall call) {
    long size = Math.max(CACHED / Math.max(sink.shape().count() / sink.shape().size(0), 1), 1);
    size = Math.ceilDiv(to - from, Math.ceilDiv(to - from, size));
    for (long first = from; first < to; first += size) {
      long end = Math.min(first + size, to);
      EagerTensor computed = sink.memory(first, end);
      boolean again = first > from;
      if (call.run(threads, again, images.part(0, first, end), computed)) {
        sink.take(first, end, computed);
      } else if (again) {
        throw differing();
      } else {
        return false;
      }
    }
    return true;
  }

  @Override
  public void conv(
      Window window, int groups, EagerTensor images, EagerTensor kernel, EagerTensor output) {
    conv(window, groups, images, kernel, ImageSink.into(output));
  }

  @Override
  public void conv(
      Window window, int groups, EagerTensor images, EagerTensor kernel, ImageSink sink) {
    if (ofPixels(window, groups, images, sink.shape())) {
      sink.takeAll(y -> matmul(matrix(images), false, matrix(kernel), false, matrix(y)));
      return;
    }
    EagerTensor dense = kernel.dense();
    boolean done =
        run(
            multiplications(kernel, sink.shape()),
            images,
            sink,
            (threads, again, x, y) -> OneDnn.conv(threads, again, window, groups, x, dense, y));
    if (!done) {
      sink.takeAll(y -> reference(y).convolutions().conv(window, groups, images, kernel, y));
    }
  }

  @Override
  public void convBackwardInput(
      Window window, int groups, EagerTensor kernel, EagerTensor upstream, EagerTensor output) {
    convBackwardInput(window, groups, kernel, upstream, ImageSink.into(output));
  }

  @Override
  public void convBackwardInput(
      Window window, int groups, EagerTensor kernel, EagerTensor upstream, ImageSink sink) {
    if (ofPixels(window, groups, upstream, sink.shape())) {
      sink.takeAll(x -> matmul(matrix(upstream), false, matrix(kernel), true, matrix(x)));
      return;
    }
    EagerTensor dense = kernel.dense();
    boolean done =
        run(
            multiplications(kernel, upstream.shape()),
            upstream,
            sink,
            (threads, again, g, x) ->
                OneDnn.convImages(threads, again, window, groups, dense, g, x));
    if (!done) {
      sink.takeAll(
          x -> reference(x).convolutions().convBackwardInput(window, groups, kernel, upstream, x));
    }
  }

  @Override
  public void convBackwardFilter(
      Window window, int groups, EagerTensor images, EagerTensor upstream, EagerTensor output) {
    if (ofPixels(window, groups, images, upstream.shape())) {
      matmul(matrix(images), true, matrix(upstream), false, matrix(output));
      return;
    }
    boolean done =
        run(
            multiplications(output, upstream.shape()),
            new Division(0, 0, NONE, images.shape().size(0), 1),
            images,
            upstream,
            output,
            (threads, x, g, w) -> OneDnn.convKernel(threads, window, groups, x, g, w));
    if (!done) {
      reference(output).convolutions().convBackwardFilter(window, groups, images, upstream, output);
    }
  }
}
