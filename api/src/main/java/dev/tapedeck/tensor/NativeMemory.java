package dev.tapedeck.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;

/**
 * The C library's memory functions.
 *
 * <p>One {@code Arena} per block would do the same, but clears the memory, and closing a shared one
 * stops every thread. Addresses are passed as longs: creating a Java object could fail before the
 * caller has stored the address.
 */
@SuppressWarnings({
  "restricted",
  "ReachabilityFenceUsage"
}) // leaves Java's memory safety, here only
final class NativeMemory {
  /** Linux's {@code MADV_DONTNEED}; elsewhere the same number may have a weaker meaning. */
  private static final int DONT_NEED = 4;

  private static final boolean LINUX = System.getProperty("os.name").startsWith("Linux");

  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final MethodHandle MALLOC = function("malloc", FunctionDescriptor.of(LONG, LONG));
  private static final MethodHandle FREE = function("free", FunctionDescriptor.ofVoid(LONG));
  private static final MethodHandle MADVISE =
      LINUX ? function("madvise", FunctionDescriptor.of(INT, LONG, LONG, INT)) : null;
  private static final long PAGE = LINUX ? pageSize() : 0;

  private NativeMemory() {}

  private static MethodHandle function(String name, FunctionDescriptor type) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
  }

  private static long pageSize() {
    try {
      return (int) function("getpagesize", FunctionDescriptor.of(INT)).invokeExact();
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /**
   * Returns the address of uninitialised memory.
   *
   * @throws TensorMemoryException if the system has none left
   */
  static long allocate(long bytes) {
    long address;
    try {
      address = (long) MALLOC.invokeExact(bytes);
    } catch (Throwable e) {
      throw unexpected(e);
    }
    if (address == 0) {
      throw new TensorMemoryException(
          "out of memory: the system refused "
              + bytes
              + " bytes; use smaller batches or a smaller"
              + " -Dtapedeck.memory.limit, which makes Tapedeck collect earlier");
    }
    return address;
  }

  /** Returns a segment over memory that was allocated elsewhere. */
  static MemorySegment at(long address, long bytes) {
    return MemorySegment.ofAddress(address).reinterpret(bytes);
  }

  /**
   * Returns a segment that, like its slices, keeps an object reachable while it is used: the memory
   * must not be collected during a loop over a temporary tensor.
   */
  static MemorySegment keeping(MemorySegment memory, Object owner) {
    return memory.reinterpret(
        memory.byteSize(), Arena.ofShared(), segment -> Reference.reachabilityFence(owner));
  }

  /** Frees memory that {@link #allocate} gave. */
  static void free(long address) {
    try {
      FREE.invokeExact(address);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /**
   * Returns whole pages to the system, so that they read as zeros from now on; false where the
   * system cannot do this.
   */
  static boolean discard(long address, long bytes) {
    if (!LINUX) {
      return false;
    }
    long first = (address + PAGE - 1) & -PAGE;
    long end = (address + bytes) & -PAGE;
    try {
      return (int) MADVISE.invokeExact(first, end - first, DONT_NEED) == 0;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Errors that can occur anywhere in Java, such as a stack overflow, are thrown unchanged. */
  private static IllegalStateException unexpected(Throwable e) {
    switch (e) {
      case Error error -> throw error;
      case RuntimeException exception -> throw exception;
      default -> throw new IllegalStateException("memory: a call of the system failed", e);
    }
  }
}
