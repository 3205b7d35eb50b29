package dev.tapedeck.ops.kernels.nd4j;

import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import java.util.List;
import java.util.stream.LongStream;

/**
 * A window as ND4J's ops on images {@code [n, h, w, c]} take it; with a single axis that is the
 * width.
 */
final class NativeWindow {
  private final Window.Axis down;
  private final Window.Axis across;

  NativeWindow(Window window) {
    across = window.axes().getLast();
    down =
        window.rank() == 1
            ? new Window.Axis(1, 1, 1, across.same(), 0, 0)
            : window.axes().getFirst();
  }

  /**
   * Returns whether ND4J is correct for a window: no dilation, and one padding rule for all axes.
   */
  static boolean serves(Window window) {
    List<Window.Axis> axes = window.axes();
    return axes.size() <= 2
        && axes.stream()
            .allMatch(
                axis ->
                    axis.dilation() == 1
                        && axis.same() == axes.getFirst().same()
                        && (axis.same() || (axis.before() == 0 && axis.after() == 0)));
  }

  /** Returns size, stride, padding, dilation, whether SAME, and two more arguments. */
  long[] arguments(long... more) {
    long same = across.same() ? 1 : 0;
    return LongStream.concat(
            LongStream.of(
                down.size(), across.size(), down.stride(), across.stride(), 0, 0, 1, 1, same),
            LongStream.of(more))
        .toArray();
  }

  /** Returns a contiguous tensor with four axes: a missing one is added before an axis. */
  static EagerTensor lifted(EagerTensor tensor, int axis) {
    Shape shape = tensor.shape();
    if (shape.rank() == 4) {
      return tensor;
    }
    Shape more = shape.slice(0, axis).concat(1).concat(shape.slice(axis, 3).toArray());
    return tensor.view(more, more.strides(), tensor.offset());
  }

  /**
   * Returns the part of images that windows cover, dense: where strides are larger than windows it
   * is not all, and ND4J would compute a negative padding.
   */
  EagerTensor covered(EagerTensor images) {
    EagerTensor part = images.view(covered(images.shape()), images.strides(), images.offset());
    return lifted(part.dense(), 1);
  }

  private Shape covered(Shape images) {
    Shape part = images.with(-2, covered(across, images.size(-2)));
    return images.rank() == 4 ? part.with(1, covered(down, images.size(1))) : part;
  }

  private static long covered(Window.Axis axis, long image) {
    return axis.same()
        ? Math.min(image, (axis.count(image) - 1) * axis.stride() + axis.size())
        : image;
  }

  /** Copies a gradient for the covered part of images into one for all of them. */
  void spread(EagerTensor part, EagerTensor output) {
    Shape shape = covered(output.shape());
    output.elements().fill((byte) 0);
    Elements.copy(
        part.view(shape, shape.strides(), part.offset()),
        output.view(shape, output.strides(), output.offset()));
  }
}
