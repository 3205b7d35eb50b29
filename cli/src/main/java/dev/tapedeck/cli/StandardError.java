package dev.tapedeck.cli;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;

/**
 * The standard error stream, which the launcher filters while Java starts.
 *
 * <p>To drop a warning of Java's start, file descriptor 2 is then a pipe to a filter; a property
 * names the descriptor of the launcher's own standard error.
 */
@SuppressWarnings("restricted") // calls the C library
final class StandardError {
  private static final Integer KEPT = Integer.getInteger("tapedeck.stderr");

  private StandardError() {}

  /** Restores descriptor 2 to the launcher's standard error. */
  static void takeBack() {
    if (KEPT == null) {
      return;
    }
    Linker linker = Linker.nativeLinker();
    FunctionDescriptor ints =
        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
    try {
      int _ =
          (int)
              linker
                  .downcallHandle(linker.defaultLookup().findOrThrow("dup2"), ints)
                  .invokeExact(KEPT.intValue(), 2);
    } catch (Throwable e) {
      throw new IllegalStateException("cannot take standard error back: " + e, e);
    }
  }
}
