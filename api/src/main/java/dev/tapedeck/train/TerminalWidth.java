package dev.tapedeck.train;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * The width, in columns, of the terminal that standard output goes to: the environment variable
 * {@code COLUMNS}, else the terminal's own, else 80.
 */
@SuppressWarnings("restricted") // calls the C library
final class TerminalWidth {
  private static final int DEFAULT = 80;
  private static final int STANDARD_OUTPUT = 1;

  /** TIOCGWINSZ, the request for the window's size: rows and columns, as unsigned shorts. */
  private static final long WINDOW_SIZE =
      System.getProperty("os.name").startsWith("Mac") ? 0x40087468L : 0x5413L;

  private static final Optional<MethodHandle> IOCTL = ioctl();

  private TerminalWidth() {}

  static int columns() {
    int named = named(System.getenv("COLUMNS"));
    int columns = named > 0 ? named : ofTerminal();
    return columns > 0 ? columns : DEFAULT;
  }

  /** Returns the number in a text; 0 if there is none. */
  static int named(String columns) {
    try {
      return columns == null ? 0 : Integer.parseInt(columns.strip());
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static Optional<MethodHandle> ioctl() {
    if (System.getProperty("os.name").startsWith("Windows")) {
      return Optional.empty();
    }
    try {
      Linker linker = Linker.nativeLinker();
      FunctionDescriptor types =
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_LONG,
              ValueLayout.ADDRESS);
      return linker
          .defaultLookup()
          .find("ioctl")
          .map(f -> linker.downcallHandle(f, types, Linker.Option.firstVariadicArg(2)));
    } catch (IllegalCallerException | UnsupportedOperationException e) {
      return Optional.empty(); // native access is denied, or there is no linker
    }
  }

  private static int ofTerminal() {
    if (IOCTL.isEmpty()) {
      return 0;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment size = arena.allocate(ValueLayout.JAVA_SHORT, 4);
      boolean known = (int) IOCTL.get().invokeExact(STANDARD_OUTPUT, WINDOW_SIZE, size) == 0;
      return known ? Short.toUnsignedInt(size.getAtIndex(ValueLayout.JAVA_SHORT, 1)) : 0;
    } catch (Throwable e) {
      throw new LinkageError("ioctl", e);
    }
  }
}
