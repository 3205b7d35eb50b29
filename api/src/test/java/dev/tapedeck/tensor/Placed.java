package dev.tapedeck.tensor;

import java.lang.foreign.MemorySegment;

/** Makes tensors over memory that a test chose. */
public final class Placed {
  private Placed() {}

  /** Returns all of some memory as a vector. */
  public static EagerTensor over(MemorySegment memory, DType type) {
    long count = memory.byteSize() / type.bytes();
    return over(memory, new TensorSpec(type, Shape.of(count)));
  }

  /** Returns memory as a dense tensor. */
  public static EagerTensor over(MemorySegment memory, TensorSpec spec) {
    return EagerTensor.over(Storage.over(memory, memory), spec);
  }
}
