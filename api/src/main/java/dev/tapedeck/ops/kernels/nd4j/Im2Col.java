package dev.tapedeck.ops.kernels.nd4j;

import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.ops.kernels.WindowRuns;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;

/**
 * The im2col matrix of images {@code [n, spatial.., c]}, whose rows are the windows of a group of
 * channels: {@code [windows, elements * c / groups]}. With it a convolution and its gradients are
 * matrix products. It is made in pieces of some rows, since there are many.
 */
final class Im2Col {
  /** The maximum bytes of a piece, which has at least one row. */
  private static final long MOST = 64L << 20;

  private final WindowRuns runs;
  private final int groups;

  /** The number of channels of a group. */
  private final long each;

  Im2Col(Window window, int groups, Shape images) {
    this.runs = new WindowRuns(window, images);
    this.groups = groups;
    this.each = images.size(-1) / groups;
  }

  /** A visitor of elements that are adjacent both in an image and in a row. */
  @FunctionalInterface
  private interface Run {
    void take(long inImages, long inRows, long elements);
  }

  /** Work on the windows from one up to, not including, another. */
  @FunctionalInterface
  interface Piece {
    void take(long from, long to);
  }

  /** Visits all windows, piece by piece. */
  void pieces(DType dtype, Piece action) {
    long each = piece(dtype);
    for (long from = 0; from < runs.windows(); from += each) {
      action.take(from, Math.min(from + each, runs.windows()));
    }
  }

  private long piece(DType dtype) {
    long most = MOST / dtype.bytes() / Math.max(columns(), 1);
    return Math.clamp(most, 1, Math.max(runs.windows(), 1));
  }

  private long columns() {
    return runs.elements() * each;
  }

  /** Returns uninitialised rows for the largest piece. */
  EagerTensor newRows(DType dtype) {
    return EagerTensor.allocate(new TensorSpec(dtype, Shape.of(piece(dtype), columns())));
  }

  /** Copies windows of contiguous images into rows; padding is 0. */
  void copy(EagerTensor images, int group, long first, long end, EagerTensor rows) {
    MemorySegment from = images.elements();
    MemorySegment to = rows.elements().fill((byte) 0);
    int width = images.dtype().bytes();
    forEach(
        group,
        first,
        end,
        (image, row, n) -> MemorySegment.copy(from, image * width, to, row * width, n * width));
  }

  /** Adds rows to the images whose windows they are (col2im). */
  void add(EagerTensor rows, int group, long first, long end, EagerTensor images) {
    MemorySegment from = rows.elements();
    MemorySegment to = images.elements();
    DType dtype = images.dtype();
    forEach(group, first, end, (image, row, n) -> Elements.add(dtype, from, row, to, image, n));
  }

  private void forEach(int group, long first, long end, Run action) {
    long channels = runs.channels();
    long elements = runs.elements();
    runs.forEach(
        first,
        end,
        (window, element, pixel, count) -> {
          long parts = groups == 1 ? 1 : count;
          for (long i = 0; i < parts; i++) {
            action.take(
                (pixel + i) * channels + group * each,
                ((window - first) * elements + element + i) * each,
                count / parts * each);
          }
        });
  }
}
