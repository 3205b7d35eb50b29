package dev.tapedeck.ops.nd4j;

import dev.tapedeck.ops.Window;
import dev.tapedeck.ops.WindowRuns;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;

/**
 * Windows of a group of the channels of images {@code [n, spatial.., c]} as rows of a matrix {@code
 * [windows, elements * c / groups]}: with them a convolution and its gradients are matrix products.
 */
final class Im2Col {
  private final WindowRuns runs;
  private final int groups;
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

  /** Returns uninitialised rows. */
  EagerTensor newRows(DType dtype) {
    Shape shape = Shape.of(runs.windows(), runs.elements() * each);
    return EagerTensor.allocate(new TensorSpec(dtype, shape));
  }

  /** Copies the windows of contiguous images into rows; padding is 0. */
  void copy(EagerTensor images, int group, EagerTensor rows) {
    MemorySegment from = images.elements();
    MemorySegment to = rows.elements().fill((byte) 0);
    int width = images.dtype().bytes();
    forEach(
        group,
        (image, row, n) -> MemorySegment.copy(from, image * width, to, row * width, n * width));
  }

  /** Adds rows to the images that they are windows of. */
  void add(EagerTensor rows, int group, EagerTensor images) {
    MemorySegment from = rows.elements();
    MemorySegment to = images.elements();
    DType dtype = images.dtype();
    forEach(group, (image, row, n) -> Elements.add(dtype, from, row, to, image, n));
  }

  private void forEach(int group, Run action) {
    long channels = runs.channels();
    long elements = runs.elements();
    runs.forEach(
        (window, element, pixel, count) -> {
          long parts = groups == 1 ? 1 : count;
          for (long i = 0; i < parts; i++) {
            action.take(
                (pixel + i) * channels + group * each,
                (window * elements + element + i) * each,
                count / parts * each);
          }
        });
  }
}
