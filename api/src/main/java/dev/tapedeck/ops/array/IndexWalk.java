package dev.tapedeck.ops.array;

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

  /** Visits the selected parts of a tensor of a shape. */
  void visit(String who, Shape whole, EagerTensor indices, Visitor visitor);

  /** Returns the number of elements of each part. */
  long size(Shape whole, EagerTensor indices);

  /** Copies the selected parts out of a tensor. */
  default void take(String who, EagerTensor whole, EagerTensor indices, EagerTensor parts) {
    MemorySegment from = whole.dense().elements();
    MemorySegment to = parts.elements();
    int width = whole.dtype().bytes();
    long bytes = size(whole.shape(), indices) * width;
    visit(
        who,
        whole.shape(),
        indices,
        (at, part) -> MemorySegment.copy(from, at * width, to, part * width, bytes));
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
        indices,
        (at, part) -> MemorySegment.copy(from, part * width, to, at * width, bytes));
  }

  /** Writes zeros with the parts added at the selected positions: the gradient of {@link #take}. */
  default void addToZeros(String who, EagerTensor parts, EagerTensor indices, EagerTensor whole) {
    MemorySegment from = parts.dense().elements();
    MemorySegment to = whole.elements().fill((byte) 0);
    long size = size(whole.shape(), indices);
    visit(
        who,
        whole.shape(),
        indices,
        (at, part) -> Elements.add(whole.dtype(), from, part, to, at, size));
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
    public void visit(String who, Shape whole, EagerTensor indices, Visitor visitor) {
      EagerTensor dense = indices.dense();
      MemorySegment memory = dense.elements();
      long size = whole.size(axis);
      long row = whole.strides()[axis];
      long outer = whole.slice(0, axis).count();
      long count = dense.shape().count();
      for (long o = 0; o < outer; o++) {
        for (long i = 0; i < count; i++) {
          long index = index(who, dense, memory, i, size);
          visitor.at((o * size + index) * row, (o * count + i) * row);
        }
      }
    }

    @Override
    public long size(Shape whole, EagerTensor indices) {
      return whole.strides()[axis];
    }
  }

  /** The slices at tuples of indices, along their last axis. */
  record Tuples() implements IndexWalk {
    @Override
    public void visit(String who, Shape whole, EagerTensor indices, Visitor visitor) {
      EagerTensor dense = indices.dense();
      MemorySegment memory = dense.elements();
      int depth = (int) dense.shape().size(-1);
      long count = dense.shape().slice(0, dense.shape().rank() - 1).count();
      long size = size(whole, indices);
      long[] strides = whole.strides();
      for (long i = 0; i < count; i++) {
        long start = 0;
        for (int axis = 0; axis < depth; axis++) {
          start += strides[axis] * index(who, dense, memory, i * depth + axis, whole.size(axis));
        }
        visitor.at(start, i * size);
      }
    }

    @Override
    public long size(Shape whole, EagerTensor indices) {
      return whole.slice((int) indices.shape().size(-1), whole.rank()).count();
    }
  }

  /** The elements along an axis; the indices have the shape of the selected elements. */
  record AlongAxis(int axis) implements IndexWalk {
    @Override
    public void visit(String who, Shape whole, EagerTensor indices, Visitor visitor) {
      EagerTensor dense = indices.dense();
      MemorySegment memory = dense.elements();
      long size = whole.size(axis);
      long inner = whole.strides()[axis];
      long own = dense.shape().size(axis) * inner;
      for (long i = 0; i < dense.shape().count(); i++) {
        long index = index(who, dense, memory, i, size);
        visitor.at((i / own * size + index) * inner + i % inner, i);
      }
    }

    @Override
    public long size(Shape whole, EagerTensor indices) {
      return 1;
    }
  }
}
