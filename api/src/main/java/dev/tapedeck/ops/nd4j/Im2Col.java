package dev.tapedeck.ops.nd4j;

import dev.tapedeck.ops.Window;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;

/**
 * Windows of images {@code [n, h, w, c]} as rows of a matrix {@code [n * h' * w', kh * kw * c]}:
 * with them the gradients of a convolution are matrix products.
 */
final class Im2Col {
  private final Window window;
  private final Shape images;

  Im2Col(Window window, Shape images) {
    this.window = window;
    this.images = images;
  }

  /** Takes a run of elements that lie side by side both in an image and in a row. */
  @FunctionalInterface
  private interface Run {
    void take(long inImages, long inRows, long elements);
  }

  private Shape rowsShape() {
    long count = images.size(0) * window.rows(images.size(1)) * window.columns(images.size(2));
    return Shape.of(count, images.size(3) * window.height() * window.width());
  }

  /** Copies the windows of contiguous images into rows; padding is 0. */
  EagerTensor rowsOf(EagerTensor source) {
    EagerTensor rows = EagerTensor.allocate(new TensorSpec(source.dtype(), rowsShape()));
    MemorySegment from = source.elements();
    MemorySegment to = rows.elements();
    int width = source.dtype().bytes();
    if (window.padding() == Window.Padding.SAME) {
      to.fill((byte) 0);
    }
    runs((image, row, n) -> MemorySegment.copy(from, image * width, to, row * width, n * width));
    return rows;
  }

  /** Returns uninitialised rows. */
  EagerTensor newRows(DType dtype) {
    return EagerTensor.allocate(new TensorSpec(dtype, rowsShape()));
  }

  /** Adds rows up in the images that they are windows of. */
  void sumOf(EagerTensor rows, EagerTensor target) {
    MemorySegment from = rows.elements();
    MemorySegment to = target.elements().fill((byte) 0);
    if (target.dtype() == DType.FLOAT32) {
      runs((image, row, n) -> addFloats(from, row, to, image, n));
    } else {
      runs((image, row, n) -> addDoubles(from, row, to, image, n));
    }
  }

  private static void addFloats(MemorySegment x, long i, MemorySegment z, long j, long n) {
    for (long k = 0; k < n; k++) {
      float sum = z.getAtIndex(Elements.FLOAT, j + k) + x.getAtIndex(Elements.FLOAT, i + k);
      z.setAtIndex(Elements.FLOAT, j + k, sum);
    }
  }

  private static void addDoubles(MemorySegment x, long i, MemorySegment z, long j, long n) {
    for (long k = 0; k < n; k++) {
      double sum = z.getAtIndex(Elements.DOUBLE, j + k) + x.getAtIndex(Elements.DOUBLE, i + k);
      z.setAtIndex(Elements.DOUBLE, j + k, sum);
    }
  }

  /** Walks all windows; of a line of a window, the part within the image is a run. */
  private void runs(Run action) {
    long height = images.size(1);
    long width = images.size(2);
    long channels = images.size(3);
    long down = window.rows(height);
    long across = window.columns(width);
    long row = 0;
    for (long n = 0; n < images.size(0); n++) {
      for (long i = 0; i < down; i++) {
        long top = i * window.stepY() - window.padTop(height);
        for (long j = 0; j < across; j++) {
          long left = j * window.stepX() - window.padLeft(width);
          long first = Math.max(left, 0);
          long end = Math.min(left + window.width(), width);
          for (long y = top; y < top + window.height(); y++) {
            if (y >= 0 && y < height) {
              action.take(
                  ((n * height + y) * width + first) * channels,
                  row + (first - left) * channels,
                  (end - first) * channels);
            }
            row += window.width() * channels;
          }
        }
      }
    }
  }
}
