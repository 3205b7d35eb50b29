package dev.tapedeck.summaries;

import dev.tapedeck.ops.Operands;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.SymbolicTensor;
import java.lang.foreign.MemorySegment;

/** A copy of a tensor's elements, row-major, that nobody releases or overwrites. */
record Captured(DType dtype, Shape shape, MemorySegment elements) {
  /**
   * Copies what a caller passed.
   *
   * @throws IllegalArgumentException if no tensor can be made of it
   * @throws IllegalStateException if it has no values, being part of a traced function
   */
  static Captured of(String who, Object values) {
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

  private static Captured copyOf(EagerTensor tensor) {
    long bytes = tensor.spec().bytes();
    if (bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "expected less than 2 GB, received " + tensor.spec() + "; record a part of it");
    }
    // Of longs, so that every type's elements are aligned.
    MemorySegment copy =
        MemorySegment.ofArray(new long[Math.ceilDiv((int) bytes, Long.BYTES)]).asSlice(0, bytes);
    copy.copyFrom(tensor.dense().elements());
    return new Captured(tensor.dtype(), tensor.shape(), copy);
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

  /** Returns the type and shape, for messages. */
  @Override
  public String toString() {
    return dtype + " " + shape;
  }
}
