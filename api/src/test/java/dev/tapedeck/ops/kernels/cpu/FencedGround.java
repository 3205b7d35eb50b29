package dev.tapedeck.ops.kernels.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Plots between pages that may not be read or written: who does so nevertheless ends the process.
 * For Linux.
 */
@SuppressWarnings("restricted")
public final class FencedGround extends Ground {
  /** A multiple of the page sizes that there are. */
  private static final long PAGE = 1 << 16;

  private static final int NO_ACCESS = 0;
  private static final int READ_AND_WRITE = 3;
  private static final int PRIVATE_AND_ANONYMOUS = 0x22;

  private final MemorySegment all;
  private final boolean atEnd;

  /** Makes a ground of plots whose tensors lie against the fence behind, or else before, them. */
  public FencedGround(boolean atEnd) {
    this.atEnd = atEnd;
    long bytes = (2 * PLOTS + 1) * PAGE;
    try {
      MemorySegment reserved =
          (MemorySegment)
              mmap()
                  .invokeExact(MemorySegment.NULL, bytes, NO_ACCESS, PRIVATE_AND_ANONYMOUS, -1, 0L);
      all = reserved.reinterpret(bytes, Arena.global(), null);
      for (int plot = 0; plot < PLOTS; plot++) {
        int failed = (int) mprotect().invokeExact(plot(plot), PAGE, READ_AND_WRITE);
        if (failed != 0) {
          throw new IllegalStateException("mprotect failed");
        }
      }
    } catch (Throwable e) {
      throw new IllegalStateException("no fences", e);
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

  private MemorySegment plot(int number) {
    return all.asSlice((2L * number + 1) * PAGE, PAGE);
  }

  @Override
  MemorySegment memory(int plot, long bytes) {
    return plot(plot).asSlice(atEnd ? PAGE - bytes : 0, bytes);
  }
}
