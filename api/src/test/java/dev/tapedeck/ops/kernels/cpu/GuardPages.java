package dev.tapedeck.ops.kernels.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** Slots between guard pages: an access to one ends the process. For Linux. */
@SuppressWarnings("restricted")
public final class GuardPages extends GuardedMemory {
  /** A multiple of the page sizes that there are. */
  private static final long PAGE = 1 << 16;

  private static final int NO_ACCESS = 0;
  private static final int READ_AND_WRITE = 3;
  private static final int PRIVATE_AND_ANONYMOUS = 0x22;

  private final MemorySegment all;
  private final boolean atEnd;

  /** Makes slots whose tensors end at a guard page, or else begin after one. */
  public GuardPages(boolean atEnd) {
    this.atEnd = atEnd;
    long bytes = (2 * SLOTS + 1) * PAGE;
    try {
      MemorySegment reserved =
          (MemorySegment)
              mmap()
                  .invokeExact(MemorySegment.NULL, bytes, NO_ACCESS, PRIVATE_AND_ANONYMOUS, -1, 0L);
      all = reserved.reinterpret(bytes, Arena.global(), null);
      for (int slot = 0; slot < SLOTS; slot++) {
        int failed = (int) mprotect().invokeExact(slot(slot), PAGE, READ_AND_WRITE);
        if (failed != 0) {
          throw new IllegalStateException("mprotect failed");
        }
      }
    } catch (Throwable e) {
      throw new IllegalStateException("no guard pages", e);
    }
  }

  private static MethodHandle mmap() {
    return function(
        "mmap",
        FunctionDescriptor.of(
            ValueLayout.ADDRESS,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_LONG));
  }

  private static MethodHandle mprotect() {
    return function(
        "mprotect",
        FunctionDescriptor.of(
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT));
  }

  private static MethodHandle function(String name, FunctionDescriptor type) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
  }

  private MemorySegment slot(int number) {
    return all.asSlice((2L * number + 1) * PAGE, PAGE);
  }

  @Override
  MemorySegment memory(int slot, long bytes) {
    return slot(slot).asSlice(atEnd ? PAGE - bytes : 0, bytes);
  }
}
