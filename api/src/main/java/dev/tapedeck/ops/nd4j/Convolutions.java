package dev.tapedeck.ops.nd4j;

import dev.tapedeck.ops.Window;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;

/**
 * Convolutions and their gradients: by ND4J where it is right, else as matrix products over the
 * windows' rows, one for each group of channels.
 *
 * <p>ND4J computes both gradients together, with much that is not needed, and its ops for one of
 * them are wrong in float32.
 */
final class Convolutions {
  private Convolutions() {}

  static void conv(
      Window window, int groups, EagerTensor images, EagerTensor kernel, EagerTensor output) {
    if (groups == 1 && NativeWindow.serves(window)) {
      NativeWindow plain = new NativeWindow(window);
      NativeCalls.run(
          "conv2d",
          plain.arguments(1, 0), // NHWC images and a [kh, kw, c, k] kernel
          NativeWindow.lifted(output, 1),
          plain.covered(images),
          NativeWindow.lifted(kernel.contiguous(), 0));
      return;
    }
    if (Depthwise.serves(groups, kernel.shape())) {
      new Depthwise(window, images.shape(), kernel.shape()).conv(images, kernel, output);
      return;
    }
    Im2Col windows = new Im2Col(window, groups, images.shape());
    EagerTensor x = images.contiguous();
    EagerTensor rows = windows.newRows(output.dtype());
    for (int group = 0; group < groups; group++) {
      windows.copy(x, group, rows);
      EagerTensor filters = part(kernel, group, groups);
      EagerTensor result = target(output, groups);
      matmul(rows, false, filters, false, result);
      put(result, output, group, groups);
      done(groups, filters, result);
    }
    rows.release();
  }

  static void toImages(
      Window window, int groups, EagerTensor kernel, EagerTensor upstream, EagerTensor output) {
    output.elements().fill((byte) 0);
    if (Depthwise.serves(groups, kernel.shape())) {
      new Depthwise(window, output.shape(), kernel.shape()).toImages(kernel, upstream, output);
      return;
    }
    Im2Col windows = new Im2Col(window, groups, output.shape());
    EagerTensor rows = windows.newRows(output.dtype());
    for (int group = 0; group < groups; group++) {
      EagerTensor g = part(upstream, group, groups);
      EagerTensor filters = part(kernel, group, groups);
      matmul(g, false, filters, true, rows);
      windows.add(rows, group, output);
      done(groups, g, filters);
    }
    rows.release();
  }

  static void toKernel(
      Window window, int groups, EagerTensor images, EagerTensor upstream, EagerTensor output) {
    if (Depthwise.serves(groups, output.shape())) {
      new Depthwise(window, images.shape(), output.shape()).toKernel(images, upstream, output);
      return;
    }
    Im2Col windows = new Im2Col(window, groups, images.shape());
    EagerTensor x = images.contiguous();
    EagerTensor rows = windows.newRows(output.dtype());
    for (int group = 0; group < groups; group++) {
      windows.copy(x, group, rows);
      EagerTensor g = part(upstream, group, groups);
      EagerTensor result = target(output, groups);
      matmul(rows, true, g, false, result);
      put(result, output, group, groups);
      done(groups, g, result);
    }
    rows.release();
  }

  private static void matmul(
      EagerTensor a, boolean transposeA, EagerTensor b, boolean transposeB, EagerTensor output) {
    NativeCalls.run("matmul", new long[] {transposeA ? 1 : 0, transposeB ? 1 : 0, 0}, output, a, b);
  }

  /** Returns a contiguous matrix of a group's part of the last axis: a copy if there are more. */
  private static EagerTensor part(EagerTensor tensor, int group, int groups) {
    EagerTensor columns = columns(tensor.contiguous(), group, groups);
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

  /** Returns where a group's result is written: the output itself if it is the only one. */
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

  /** Releases what was copied because there are groups. */
  private static void done(int groups, EagerTensor... copies) {
    for (EagerTensor copy : copies) {
      if (groups > 1) {
        copy.release();
      }
    }
  }
}
