package dev.tapedeck.savedmodel;

import dev.tapedeck.ops.kernels.Window;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A window over images as TensorFlow has it: of two or three spatial axes. */
record Windows(List<Window.Axis> axes) {
  /**
   * Returns a window of two or three axes: one more, of size 1, before a single one.
   *
   * @throws Unsupported if some axes are padded as SAME and others are not
   */
  static Windows of(Window window) {
    List<Window.Axis> axes = new ArrayList<>(window.axes());
    boolean same = axes.getFirst().same();
    if (axes.stream().anyMatch(axis -> axis.same() != same)) {
      throw new Unsupported("pads axes by different rules, " + window);
    }
    if (axes.size() == 1) {
      axes.addFirst(new Window.Axis(1, 1, 1, same, 0, 0));
    }
    return new Windows(axes);
  }

  int rank() {
    return axes.size();
  }

  boolean same() {
    return axes.getFirst().same();
  }

  String padding() {
    return same() ? "SAME" : "VALID";
  }

  boolean isDilated() {
    return axes.stream().anyMatch(axis -> axis.dilation() > 1);
  }

  private static List<Long> around(List<Long> spatial) {
    List<Long> all = new ArrayList<>(spatial);
    all.addFirst(1L);
    all.addLast(1L);
    return all;
  }

  List<Long> sizes() {
    return around(axes.stream().map(axis -> (long) axis.size()).toList());
  }

  List<Long> strides() {
    return around(axes.stream().map(axis -> (long) axis.stride()).toList());
  }

  List<Long> dilations() {
    return around(axes.stream().map(axis -> (long) axis.dilation()).toList());
  }

  boolean evenStrides() {
    return axes.stream().map(Window.Axis::stride).distinct().count() == 1;
  }

  /** Returns this window over a kernel whose gaps are filled with zeros. */
  Windows filled() {
    return new Windows(
        axes.stream()
            .map(a -> new Window.Axis((int) a.extent(), a.stride(), 1, a.same(), 0, 0))
            .toList());
  }

  /** Returns images padded by the numbers of the axes. */
  Value padded(Emitter to, Value images, double with) {
    if (same() || axes.stream().allMatch(axis -> axis.before() == 0 && axis.after() == 0)) {
      return images;
    }
    long[][] paddings = new long[rank() + 2][2];
    Shape shape = images.shape();
    for (int i = 0; i < rank(); i++) {
      Window.Axis axis = axes.get(i);
      paddings[i + 1] = new long[] {axis.before(), axis.after()};
      long size = shape.size(i + 1);
      shape =
          size == Shape.UNKNOWN ? shape : shape.with(i + 1, size + axis.before() + axis.after());
    }
    return to.pad(images, paddings, to.like(images, with), shape);
  }

  /** Returns a kernel with zeros in the gaps of a dilated window. */
  Value filled(Emitter to, Value kernel) {
    Value filled = kernel;
    for (int i = 0; i < rank(); i++) {
      if (axes.get(i).dilation() > 1) {
        filled = filled(to, filled, i);
      }
    }
    return filled;
  }

  private Value filled(Emitter to, Value kernel, int axis) {
    long size = kernel.shape().size(axis);
    long dilation = axes.get(axis).dilation();
    int rank = kernel.rank() + 1;
    Value each = to.expand(kernel, axis + 1);
    long[][] paddings = new long[rank][2];
    paddings[axis + 1][1] = dilation - 1;
    Value spread =
        to.pad(each, paddings, to.like(kernel, 0), each.shape().with(axis + 1, dilation));
    Shape joined = kernel.shape().with(axis, size * dilation);
    Value flat = to.reshape(spread, joined.toArray());
    long extent = (size - 1) * dilation + 1;
    long[] end = joined.with(axis, extent).toArray();
    return to.strided(
        flat,
        to.ints(new long[rank - 1]),
        to.ints(end),
        to.ints(IntStream.range(0, rank - 1).mapToLong(_ -> 1).toArray()),
        0,
        0,
        0,
        new TensorSpec(kernel.dtype(), Shape.of(end)));
  }
}
