package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Placed;
import java.lang.foreign.MemorySegment;

/** Memory for tensors in which an access outside of a tensor is detected. */
public abstract class GuardedMemory {
  /** The most tensors at a time. */
  public static final int SLOTS = 12;

  private int next;

  /** Returns just these bytes of a slot. */
  abstract MemorySegment memory(int slot, long bytes);

  /** Returns a vector on a slot of its own. */
  public final EagerTensor vector(DType type, long count) {
    MemorySegment memory = memory(next++, count * type.bytes());
    for (long i = 0; i < count; i++) {
      Elements.setLong(type, memory, i, type == DType.BOOL ? i % 2 : 1 + i % 5);
    }
    return Placed.over(memory, type);
  }

  /** Returns a copy of a tensor on a slot of its own. */
  public final EagerTensor copyOf(EagerTensor tensor) {
    MemorySegment memory = memory(next++, tensor.spec().bytes());
    memory.copyFrom(tensor.dense().elements());
    return Placed.over(memory, tensor.spec());
  }

  /** Ends a case, whose tensors are no longer needed. */
  public void clear(String what) {
    next = 0;
  }
}
