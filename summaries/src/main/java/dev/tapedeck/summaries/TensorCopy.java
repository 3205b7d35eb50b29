package dev.tapedeck.summaries;

import dev.tapedeck.ops.Operands;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.SymbolicTensor;
import java.lang.foreign.MemorySegment;

/** A private copy of a tensor's elements, row-major. */
record TensorCopy(DType dtype, Shape shape, MemorySegment elements) {
  /**
   * Copies a value that a caller passed.
   *
   * @throws IllegalArgumentException if it cannot be converted to a tensor
   * @throws IllegalStateException if it is symbolic, in a traced function
   */
  static TensorCopy of(String who, Object values) {
    try {
      return switch (Operands.tensor(values)) {
        case EagerTensor tensor -> copyOf(tensor);
        case SymbolicTensor symbolic ->
            throw new IllegalStateException(
                symbolic
                    + " has no values while a function is traced; record it with Summaries, or"
                    + " outside of the function");
      };
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(who + ": " + e.getMessage(), e);
    } catch (IllegalStateException e) {
      throw new IllegalStateException(who + ": " + e.getMessage(), e);
    }
  }

  private static TensorCopy copyOf(EagerTensor tensor) {
    long bytes = tensor.spec().bytes();
    if (bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "expected less than 2 GB, received " + tensor.spec() + "; record a part of it");
    }
    // An array of longs, so that elements of every type are aligned.
    MemorySegment copy =
        MemorySegment.ofArray(new long[Math.ceilDiv((int) bytes, Long.BYTES)]).asSlice(0, bytes);
    copy.copyFrom(tensor.dense().elements());
    return new TensorCopy(tensor.dtype(), tensor.shape(), copy);
  }

  int count() {
    return (int) shape.count();
  }

  long bytes() {
    return elements.byteSize();
  }

  /** Returns an element as a double; bool as 0 or 1. */
  double get(long index) {
    return Elements.getDouble(dtype, elements, index);
  }

  /** Returns type and shape, for messages. */
  @Override
  public String toString() {
    return dtype + " " + shape;
  }
}
