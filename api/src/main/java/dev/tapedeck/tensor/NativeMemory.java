package dev.tapedeck.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import java.util.HashMap;
import java.util.Map;

/**
 * The C library's {@code malloc} and {@code free}, aligned.
 *
 * <p>An {@code Arena} a block would do the same, but clears the memory, and closing a shared one
 * stops every thread.
 */
@SuppressWarnings({
  "restricted",
  "ReachabilityFenceUsage"
}) // leaves Java's memory safety, here only
final class NativeMemory {
  private static final MethodHandle MALLOC;
  private static final MethodHandle FREE;

  /** The address that {@code malloc} gave, by the aligned one that we handed out. */
  private static final Map<Long, MemorySegment> ORIGINAL = new HashMap<>();

  static {
    Linker linker = Linker.nativeLinker();
    MALLOC =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("malloc"),
            FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));
    FREE =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("free"),
            FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));
  }

  private NativeMemory() {}

  /**
   * Returns uninitialised memory.
   *
   * @throws TensorMemoryException if the system has none left
   */
  static synchronized MemorySegment allocate(long bytes, long alignment) {
    MemorySegment original;
    try {
      original = (MemorySegment) MALLOC.invokeExact(Math.addExact(bytes, alignment));
    } catch (Throwable e) {
      throw new IllegalStateException("malloc could not be called", e);
    }
    if (original.address() == 0) {
      throw new TensorMemoryException(
          "out of memory: the system refused "
              + bytes
              + " bytes; use smaller batches or a smaller"
              + " -Dtapedeck.memory.limit, which makes Tapedeck collect earlier");
    }
    long aligned = (original.address() + alignment - 1) & -alignment;
    ORIGINAL.put(aligned, original);
    return at(aligned, bytes);
  }

  /** Returns memory that somebody else has allocated. */
  static MemorySegment at(long address, long bytes) {
    return MemorySegment.ofAddress(address).reinterpret(bytes);
  }

  /**
   * Returns memory as a segment that, like its slices, keeps an object reachable while it is used:
   * a loop over a temporary tensor must not lose the memory to a collection.
   */
  static MemorySegment keeping(MemorySegment memory, Object owner) {
    return memory.reinterpret(
        memory.byteSize(), Arena.ofShared(), segment -> Reference.reachabilityFence(owner));
  }

  /** Frees memory that {@link #allocate} gave. */
  static synchronized void free(MemorySegment memory) {
    try {
      FREE.invokeExact(ORIGINAL.remove(memory.address()));
    } catch (Throwable e) {
      throw new IllegalStateException("free could not be called", e);
    }
  }
}
