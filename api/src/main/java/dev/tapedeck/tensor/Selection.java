package dev.tapedeck.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The part of a shape that indices select, for ops and for variables; see {@link Index}. */
public final class Selection {
  private final Shape whole;
  private final List<Index> indices;

  /** The axis of each index. */
  private final int[] axes;

  private Selection(Shape whole, List<Index> given) {
    this.whole = whole;
    long used = given.stream().filter(index -> !(index instanceof Index.Mark)).count();
    long ellipses = given.stream().filter(Index.ELLIPSIS::equals).count();
    if (used > whole.rank() || ellipses > 1) {
      throw Refusal.of(
          "index",
          "shape " + whole + " takes an index for each axis at most, and one ELLIPSIS",
          used + " indices and " + ellipses + " ELLIPSIS",
          "leave the surplus out");
    }
    List<Index> full = new ArrayList<>(given);
    int at = ellipses == 0 ? full.size() : full.indexOf(Index.ELLIPSIS);
    if (ellipses == 1) {
      full.remove(at);
    }
    for (long i = used; i < whole.rank(); i++) {
      full.add(at, Index.ALL);
    }
    this.indices = full;
    this.axes = new int[full.size()];
    for (int i = 0, axis = 0; i < axes.length; i++) {
      axes[i] = full.get(i).equals(Index.NEW_AXIS) ? -1 : axis++;
    }
  }

  /** Returns the shape of the part that indices name. */
  public static Shape shape(Shape whole, List<Index> indices) {
    return new Selection(whole, indices).shape();
  }

  /** Returns the part that indices name, over the same memory. */
  public static EagerTensor view(EagerTensor whole, List<Index> indices) {
    Selection selection = new Selection(whole.shape(), indices);
    Shape shape = selection.shape();
    long offset = whole.offset();
    long[] strides = new long[shape.rank()];
    for (int i = 0, to = 0; i < selection.indices.size(); i++) {
      int axis = selection.axes[i];
      switch (selection.indices.get(i)) {
        case Index.At at -> offset += selection.position(at, axis) * whole.strides()[axis];
        case Index.Range range -> {
          long size = whole.shape().size(axis);
          offset += shape.count() == 0 ? 0 : range.first(size) * whole.strides()[axis];
          strides[to++] = range.step() * whole.strides()[axis];
        }
        case Index.Mark mark -> to++;
      }
    }
    return whole.view(shape, strides, shape.count() == 0 ? whole.offset() : offset);
  }

  private Shape shape() {
    long[] sizes = new long[indices.size()];
    int rank = 0;
    for (int i = 0; i < axes.length; i++) {
      switch (indices.get(i)) {
        case Index.At at -> position(at, axes[i]);
        case Index.Range range -> {
          long size = whole.size(axes[i]);
          boolean unknown = size == Shape.UNKNOWN;
          sizes[rank++] = unknown ? Shape.UNKNOWN : range.count(size);
        }
        case Index.Mark mark -> sizes[rank++] = 1;
      }
    }
    return Shape.of(Arrays.copyOf(sizes, rank));
  }

  private long position(Index.At at, int axis) {
    long size = whole.size(axis);
    long counted = at.position() < 0 ? at.position() + size : at.position();
    if (size != Shape.UNKNOWN && (counted < 0 || counted >= size)) {
      throw Refusal.of(
          "index",
          "position must be in ["
              + -size
              + ", "
              + size
              + ") for axis "
              + axis
              + " of shape "
              + whole,
          at.position(),
          "use a position on the axis, or a range, which is clipped to it");
    }
    return counted;
  }
}
