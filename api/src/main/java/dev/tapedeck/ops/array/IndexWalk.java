package dev.tapedeck.ops.array;

import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import java.lang.foreign.MemorySegment;

/**
 * A walk over the parts of a tensor that indices select, in the order of the indices.
 *
 * <p>All positions are in elements of dense row-major tensors.
 */
interface IndexWalk {
  /** A visitor of selected parts. */
  @FunctionalInterface
  interface Visitor {
    /**
     * Called for each part.
     *
     * @param whole the position of its first element in the indexed tensor
     * @param part the position of its first element among the selected parts
     */
    void at(long whole, long part);
  }

  /** The number of places that are collected before rows are added there. */
  int PLACES = 1 << 16;

  /** The number of bytes that are worth a thread. */
  long LEAST = 1 << 15;

  /** Visits the selected parts of a tensor of a shape, from one on up to another. */
  void visit(String who, Shape whole, EagerTensor indices, long first, long end, Visitor visitor);

  /** Returns the number of selected parts. */
  long count(Shape whole, EagerTensor indices);

  /** Returns the number of elements of each part. */
  long size(Shape whole, EagerTensor indices);

  /** Copies the selected parts out of a tensor. */
  default void take(
      Kernels kernels, String who, EagerTensor whole, EagerTensor indices, EagerTensor parts) {
    MemorySegment from = whole.dense().elements();
    MemorySegment to = parts.elements();
    EagerTensor dense = indices.dense();
    int width = whole.dtype().bytes();
    long bytes = size(whole.shape(), indices) * width;
    kernels.parallelFor(
        count(whole.shape(), indices),
        Math.ceilDiv(LEAST, Math.max(bytes, 1)),
        (first, end) ->
            visit(
                who,
                whole.shape(),
                dense,
                first,
                end,
                (at, part) -> MemorySegment.copy(from, at * width, to, part * width, bytes)));
  }

  /** Replaces the selected parts of a tensor. */
  default void put(String who, EagerTensor parts, EagerTensor indices, EagerTensor whole) {
    MemorySegment from = parts.dense().elements();
    MemorySegment to = whole.elements();
    int width = whole.dtype().bytes();
    long bytes = size(whole.shape(), indices) * width;
    visit(
        who,
        whole.shape(),
        indices.dense(),
        0,
        count(whole.shape(), indices),
        (at, part) -> MemorySegment.copy(from, part * width, to, at * width, bytes));
  }

  /** Writes zeros with the parts added at the selected positions: the gradient of {@link #take}. */
  default void addToZeros(
      Kernels kernels, String who, EagerTensor parts, EagerTensor indices, EagerTensor whole) {
    EagerTensor rows = parts.dense();
    EagerTensor dense = indices.dense();
    long all = count(whole.shape(), indices);
    long size = size(whole.shape(), indices);
    zero(kernels, whole.elements());
    for (long first = 0; first < all; first += PLACES) {
      long end = Math.min(first + PLACES, all);
      Places places = new Places((int) (end - first));
      visit(who, whole.shape(), dense, first, end, (at, part) -> places.add(at));
      kernels.reductions().scatter(rows, size, 1, first, places.all(), whole);
    }
  }

  /** Places in a tensor, in order. */
  final class Places {
    private final long[] all;
    private int count;

    Places(int most) {
      all = new long[most];
    }

    void add(long place) {
      all[count++] = place;
    }

    long[] all() {
      return all;
    }
  }

  /** Writes zeros. */
  static void zero(Kernels kernels, MemorySegment memory) {
    kernels.parallelFor(
        memory.byteSize(),
        LEAST,
        (first, end) -> memory.asSlice(first, end - first).fill((byte) 0));
  }

  /** Returns an index after checking its range. */
  static long index(String who, EagerTensor indices, MemorySegment memory, long i, long size) {
    long index = Elements.getLong(indices.dtype(), memory, i);
    if (index < 0 || index >= size) {
      throw Refusal.of(
          who,
          "indices must be in [0, " + size + ")",
          index + " at position " + i,
          "count from 0; negative indices do not count from the end");
    }
    return index;
  }

  /** The slices along an axis, as gather takes them. */
  record Slices(int axis) implements IndexWalk {
    @Override
    public void visit(
        String who, Shape whole, EagerTensor indices, long first, long end, Visitor visitor) {
      MemorySegment memory = indices.elements();
      long size = whole.size(axis);
      long row = whole.strides()[axis];
      long count = indices.shape().count();
      for (long part = first; part < end; part++) {
        long index = index(who, indices, memory, part % count, size);
        visitor.at((part / count * size + index) * row, part * row);
      }
    }

    @Override
    public long count(Shape whole, EagerTensor indices) {
      return whole.slice(0, axis).count() * indices.shape().count();
    }

    @Override
    public long size(Shape whole, EagerTensor indices) {
      return whole.strides()[axis];
    }
  }

  /** The slices at tuples of indices, along their last axis. */
  record Tuples() implements IndexWalk {
    @Override
    public void visit(
        String who, Shape whole, EagerTensor indices, long first, long end, Visitor visitor) {
      MemorySegment memory = indices.elements();
      int depth = (int) indices.shape().size(-1);
      long size = size(whole, indices);
      long[] strides = whole.strides();
      for (long i = first; i < end; i++) {
        long start = 0;
        for (int axis = 0; axis < depth; axis++) {
          start += strides[axis] * index(who, indices, memory, i * depth + axis, whole.size(axis));
        }
        visitor.at(start, i * size);
      }
    }

    @Override
    public long count(Shape whole, EagerTensor indices) {
      return indices.shape().slice(0, indices.shape().rank() - 1).count();
    }

    @Override
    public long size(Shape whole, EagerTensor indices) {
      return whole.slice((int) indices.shape().size(-1), whole.rank()).count();
    }
  }

  /** The elements along an axis; the indices have the shape of the selected elements. */
  record AlongAxis(int axis) implements IndexWalk {
    @Override
    public void visit(
        String who, Shape whole, EagerTensor indices, long first, long end, Visitor visitor) {
      MemorySegment memory = indices.elements();
      long size = whole.size(axis);
      long inner = whole.strides()[axis];
      long own = indices.shape().size(axis) * inner;
      for (long i = first; i < end; i++) {
        long index = index(who, indices, memory, i, size);
        visitor.at((i / own * size + index) * inner + i % inner, i);
      }
    }

    /** Copies elements as whole numbers of their width. */
    @Override
    public void take(
        Kernels kernels, String who, EagerTensor whole, EagerTensor indices, EagerTensor parts) {
      MemorySegment from = whole.dense().elements();
      MemorySegment to = parts.elements();
      EagerTensor dense = indices.dense();
      DType dtype = whole.dtype();
      boolean four = dtype.bytes() == 4;
      Visitor copy =
          four
              ? (at, i) -> to.setAtIndex(Elements.INT, i, from.getAtIndex(Elements.INT, at))
              : (at, i) -> Elements.copy(dtype, from, at, to, i);
      boolean rows = four && axis == whole.shape().rank() - 1 && dense.dtype() == DType.INT32;
      kernels.parallelFor(
          dense.shape().count(),
          LEAST / dtype.bytes(),
          (first, end) -> {
            if (rows) {
              takeOfRows(who, whole.shape().size(axis), from, dense, first, end, to);
            } else {
              visit(who, whole.shape(), dense, first, end, copy);
            }
          });
    }

    private static void takeOfRows(
        String who,
        long size,
        MemorySegment from,
        EagerTensor indices,
        long first,
        long end,
        MemorySegment to) {
      MemorySegment memory = indices.elements();
      long own = indices.shape().size(-1);
      long i = first;
      while (i < end) {
        long row = i / own * size;
        long last = Math.min(end, (i / own + 1) * own);
        for (; i < last; i++) {
          int index = memory.getAtIndex(Elements.INT, i);
          if (index < 0 || index >= size) {
            index(who, indices, memory, i, size); // throws
          }
          to.setAtIndex(Elements.INT, i, from.getAtIndex(Elements.INT, row + index));
        }
      }
    }

    @Override
    public long count(Shape whole, EagerTensor indices) {
      return indices.shape().count();
    }

    @Override
    public long size(Shape whole, EagerTensor indices) {
      return 1;
    }
  }
}
