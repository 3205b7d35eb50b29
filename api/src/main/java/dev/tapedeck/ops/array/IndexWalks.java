package dev.tapedeck.ops.array;

import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import java.lang.foreign.MemorySegment;

/**
 * Walks over the parts of a tensor that indices select, in the order of the indices.
 *
 * <p>All positions are in elements of dense row-major tensors.
 */
final class IndexWalks {
  private IndexWalks() {}

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

  /** Returns an index after checking its range. */
  static long index(String who, EagerTensor indices, MemorySegment memory, long i, long size) {
    long index = Elements.getLong(indices.dtype(), memory, i);
    if (index < 0 || index >= size) {
      throw new IllegalArgumentException(
          who + ": index " + index + " at position " + i + " is out of range for size " + size);
    }
    return index;
  }

  /** Visits the slices along an axis that indices select, as gather takes them. */
  static void slices(String who, Shape whole, int axis, EagerTensor indices, Visitor visitor) {
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

  /** Returns the number of elements of each slice that index tuples select. */
  static long sliceSize(Shape whole, EagerTensor indices) {
    return whole.slice((int) indices.shape().size(-1), whole.rank()).count();
  }

  /** Visits the slices that tuples of indices, along their last axis, select. */
  static void tuples(String who, Shape whole, EagerTensor indices, Visitor visitor) {
    EagerTensor dense = indices.dense();
    MemorySegment memory = dense.elements();
    int depth = (int) dense.shape().size(-1);
    long count = dense.shape().slice(0, dense.shape().rank() - 1).count();
    long size = sliceSize(whole, indices);
    long[] strides = whole.strides();
    for (long i = 0; i < count; i++) {
      long start = 0;
      for (int axis = 0; axis < depth; axis++) {
        start += strides[axis] * index(who, dense, memory, i * depth + axis, whole.size(axis));
      }
      visitor.at(start, i * size);
    }
  }

  /** Visits the elements along an axis that indices, of the shape of the result, select. */
  static void elements(String who, Shape whole, int axis, EagerTensor indices, Visitor visitor) {
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
}
