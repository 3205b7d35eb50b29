package dev.tapedeck.savedmodel;

import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;

/** The row of slices: a strided slice of all axes, then the new ones. */
final class Slices {
  private Slices() {}

  static Value write(OpCall call) {
    Value x = call.input();
    List<Index> indices = new ArrayList<>();
    for (Object index : call.attribute("indices", List.class)) {
      indices.add((Index) index);
    }
    Value part = part(call.emitter(), x, whole(indices, x.rank()));
    return withNewAxes(call, part, indices);
  }

  /** Returns an index for each axis of the tensor. */
  private static List<Index> whole(List<Index> indices, int rank) {
    List<Index> whole = new ArrayList<>(indices);
    whole.removeIf(Index.NEW_AXIS::equals);
    int at = whole.indexOf(Index.ELLIPSIS);
    if (at >= 0) {
      whole.remove(at);
    } else {
      at = whole.size();
    }
    while (whole.size() < rank) {
      whole.add(at, Index.ALL);
    }
    return whole;
  }

  private static Value part(Emitter to, Value x, List<Index> indices) {
    if (indices.stream().allMatch(Index.ALL::equals)) {
      return x;
    }
    int rank = x.rank();
    long[] begin = new long[rank];
    long[] end = new long[rank];
    long[] strides = new long[rank];
    int openBegins = 0;
    int openEnds = 0;
    int shrunk = 0;
    List<Long> left = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      strides[i] = 1;
      switch (indices.get(i)) {
        case Index.At(long position) -> {
          begin[i] = position;
          end[i] = position + 1;
          shrunk |= 1 << i;
          openEnds |= position == -1 ? 1 << i : 0;
        }
        case Index.Range(Long start, Long stop, long step) -> {
          begin[i] = start == null ? 0 : bounded(start);
          end[i] = stop == null ? 0 : bounded(stop);
          strides[i] = bounded(step);
          openBegins |= start == null ? 1 << i : 0;
          openEnds |= stop == null ? 1 << i : 0;
          left.add(count(start, stop, step, x.shape().size(i)));
        }
        case Index.Mark _ -> throw new IllegalStateException("slice: an index is no axis");
      }
    }
    Shape shape = Shape.of(left.stream().mapToLong(Long::longValue).toArray());
    return to.strided(
        x,
        to.ints(begin),
        to.ints(end),
        to.ints(strides),
        openBegins,
        openEnds,
        shrunk,
        new TensorSpec(x.dtype(), shape));
  }

  private static long bounded(long position) {
    return Math.clamp(position, Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  /** Returns the number of positions of a range, where the axis has a known size. */
  private static long count(Long start, Long stop, long step, long size) {
    if (size == Shape.UNKNOWN) {
      return Shape.UNKNOWN;
    }
    long least = step > 0 ? 0 : -1;
    long most = step > 0 ? size : size - 1;
    long first = start == null ? (step > 0 ? 0 : most) : at(start, size, least, most);
    long end = stop == null ? (step > 0 ? size : -1) : at(stop, size, least, most);
    return Math.max(0, Math.ceilDiv(end - first, step));
  }

  private static long at(long position, long size, long least, long most) {
    return Math.clamp(position < 0 ? position + size : position, least, most);
  }

  private static Value withNewAxes(OpCall call, Value part, List<Index> indices) {
    if (!indices.contains(Index.NEW_AXIS)) {
      return part;
    }
    Value made = part;
    int axis = 0;
    int left = call.shape().rank();
    for (Index index : indices) {
      if (index.equals(Index.ELLIPSIS)) {
        axis = left - after(indices);
      } else if (index.equals(Index.NEW_AXIS)) {
        made = call.emitter().expand(made, axis++);
      } else if (index instanceof Index.Range) {
        axis++;
      }
    }
    return made;
  }

  /** Returns the number of the result's axes that follow from the indices after the ellipsis. */
  private static int after(List<Index> indices) {
    List<Index> rest = indices.subList(indices.indexOf(Index.ELLIPSIS) + 1, indices.size());
    return (int) rest.stream().filter(index -> !(index instanceof Index.At)).count();
  }
}
