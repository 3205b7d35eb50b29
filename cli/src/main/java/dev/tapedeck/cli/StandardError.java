package dev.tapedeck.cli;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;

/**
 * The standard error of the process, from which the launcher drops a warning of Java's start.
 *
 * <p>While Java starts, file descriptor 2 is a pipe to what drops the warning; the property names
 * the descriptor that has the standard error of the launcher.
 */
@SuppressWarnings("restricted") // calls the C library
final class StandardError {
  private static final Integer KEPT = Integer.getInteger("tapedeck.stderr");

  private StandardError() {}

  /** Makes descriptor 2 what it was for the launcher. */
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
