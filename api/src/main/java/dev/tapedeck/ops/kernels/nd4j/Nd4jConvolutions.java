package dev.tapedeck.ops.kernels.nd4j;

import dev.tapedeck.ops.kernels.ConvolutionKernels;
import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Device;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;

/**
 * Convolution kernels: by ND4J where it is correct, else as matrix products with im2col rows, one
 * for each group of channels.
 *
 * <p>ND4J computes both gradients together, with much unneeded work, and its ops for a single one
 * are wrong in float32.
 */
final class Nd4jConvolutions implements ConvolutionKernels {
  /** The maximum bytes of memory that ND4J may allocate itself. */
  private static final double MOST_OF_ND4J = 256 << 20;

  @Override
  public void conv(
      Window window, int groups, EagerTensor images, EagerTensor kernel, EagerTensor output) {
    if (groups == 1 && NativeWindow.serves(window) && isLight(kernel, output)) {
      NativeWindow plain = new NativeWindow(window);
      NativeCalls.run(
          "conv2d",
          plain.arguments(1, 0), // NHWC images and a [kh, kw, c, k] kernel
          NativeWindow.lifted(output, 1),
          plain.covered(images),
          NativeWindow.lifted(kernel.dense(), 0));
      return;
    }
    if (Depthwise.serves(groups, kernel.shape())) {
      new Depthwise(window, images.shape(), kernel.shape()).conv(images, kernel, output);
      return;
    }
    Im2Col windows = new Im2Col(window, groups, images.shape());
    DType dtype = output.dtype();
    EagerTensor x = images.dense();
    EagerTensor rows = windows.newRows(dtype);
    for (int i = 0; i < groups; i++) {
      int group = i;
      EagerTensor filters = part(kernel, group, groups);
      EagerTensor result = target(output, groups);
      windows.pieces(
          dtype,
          (from, to) -> {
            windows.copy(x, group, from, to, rows);
            matmul(rows(rows, 0, to - from), false, filters, false, rows(result, from, to));
          });
      put(result, output, group, groups);
      done(groups, filters, result);
    }
    rows.release();
  }

  /** Returns whether ND4J's own im2col rows fit that limit. */
  private static boolean isLight(EagerTensor kernel, EagerTensor output) {
    double columns = (double) kernel.spec().bytes() / kernel.shape().size(-1);
    double rows = (double) output.shape().count() / output.shape().size(-1);
    return Device.hasCuda() || columns * rows <= MOST_OF_ND4J;
  }

  @Override
  public void convBackwardInput(
      Window window, int groups, EagerTensor kernel, EagerTensor upstream, EagerTensor output) {
    output.elements().fill((byte) 0);
    if (Depthwise.serves(groups, kernel.shape())) {
      new Depthwise(window, output.shape(), kernel.shape()).toImages(kernel, upstream, output);
      return;
    }
    Im2Col windows = new Im2Col(window, groups, output.shape());
    DType dtype = output.dtype();
    EagerTensor rows = windows.newRows(dtype);
    for (int i = 0; i < groups; i++) {
      int group = i;
      EagerTensor g = part(upstream, group, groups);
      EagerTensor filters = part(kernel, group, groups);
      windows.pieces(
          dtype,
          (from, to) -> {
            matmul(rows(g, from, to), false, filters, true, rows(rows, 0, to - from));
            windows.add(rows, group, from, to, output);
          });
      done(groups, g, filters);
    }
    rows.release();
  }

  @Override
  public void convBackwardFilter(
      Window window, int groups, EagerTensor images, EagerTensor upstream, EagerTensor output) {
    if (Depthwise.serves(groups, output.shape())) {
      new Depthwise(window, images.shape(), output.shape()).toKernel(images, upstream, output);
      return;
    }
    Im2Col windows = new Im2Col(window, groups, images.shape());
    DType dtype = output.dtype();
    EagerTensor x = images.dense();
    EagerTensor rows = windows.newRows(dtype);
    for (int i = 0; i < groups; i++) {
      int group = i;
      EagerTensor g = part(upstream, group, groups);
      EagerTensor result = target(output, groups);
      windows.pieces(
          dtype,
          (from, to) -> {
            windows.copy(x, group, from, to, rows);
            EagerTensor sum = from == 0 ? result : EagerTensor.allocate(result.spec());
            matmul(rows(rows, 0, to - from), true, rows(g, from, to), false, sum);
            if (from > 0) {
              long count = sum.shape().count();
              Elements.add(dtype, sum.elements(), 0, result.memory(), result.offset(), count);
              sum.release();
            }
          });
      put(result, output, group, groups);
      done(groups, g, result);
    }
    rows.release();
  }

  /** Returns a range of rows of a dense matrix. */
  private static EagerTensor rows(EagerTensor matrix, long from, long to) {
    long columns = matrix.shape().size(1);
    Shape shape = Shape.of(to - from, columns);
    return matrix.view(shape, shape.strides(), matrix.offset() + from * columns);
  }

  private static void matmul(
      EagerTensor a, boolean transposeA, EagerTensor b, boolean transposeB, EagerTensor output) {
    NativeCalls.run("matmul", new long[] {transposeA ? 1 : 0, transposeB ? 1 : 0, 0}, output, a, b);
  }

  /**
   * Returns a contiguous matrix of a group's part of the last axis: a copy if there are several
   * groups.
   */
  private static EagerTensor part(EagerTensor tensor, int group, int groups) {
    EagerTensor columns = columns(tensor.dense(), group, groups);
    if (groups == 1) {
      return columns;
    }
    EagerTensor copy = EagerTensor.allocate(columns.spec());
    Elements.copy(columns, copy);
    return copy;
  }

  private static EagerTensor columns(EagerTensor dense, int group, int groups) {
    long all = dense.shape().size(-1);
    Shape shape = Shape.of(dense.shape().count() / all, all / groups);
    return dense.view(shape, new long[] {all, 1}, dense.offset() + group * (all / groups));
  }

  /** Returns the tensor for a group's result: the output itself if there is only one group. */
  private static EagerTensor target(EagerTensor output, int groups) {
    EagerTensor columns = columns(output, 0, groups);
    return groups == 1
        ? columns
        : EagerTensor.allocate(new TensorSpec(output.dtype(), columns.shape()));
  }

  private static void put(EagerTensor result, EagerTensor output, int group, int groups) {
    if (groups > 1) {
      Elements.copy(result, columns(output, group, groups));
    }
  }

  /** Releases the copies that were made for groups. */
  private static void done(int groups, EagerTensor... copies) {
    for (EagerTensor copy : copies) {
      if (groups > 1) {
        copy.release();
      }
    }
  }
}
