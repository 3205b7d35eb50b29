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
 * Windows of a group of the channels of images {@code [n, spatial.., c]} as rows of a matrix {@code
 * [windows, elements * c / groups]}: with them a convolution and its gradients are matrix products.
 * There are many rows; they are made some at a time.
 */
final class Im2Col {
  /** The most bytes of rows at a time, if that is a row at least. */
  private static final long MOST = 64L << 20;

  private final WindowRuns runs;
  private final int groups;

  /** How many channels a group has. */
  private final long each;

  Im2Col(Window window, int groups, Shape images) {
    this.runs = new WindowRuns(window, images);
    this.groups = groups;
    this.each = images.size(-1) / groups;
  }

  /** Takes elements that lie side by side both in an image and in a row. */
  @FunctionalInterface
  private interface Run {
    void take(long inImages, long inRows, long elements);
  }

  /** Takes the windows from one to before another. */
  @FunctionalInterface
  interface Piece {
    void take(long from, long to);
  }

  /** Visits all windows, as many at a time as rows are made of. */
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

  /** Adds rows to the images that they are windows of. */
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
