package dev.tapedeck.train;

import java.io.PrintStream;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * The output that progress is printed to.
 *
 * @param bar whether a line can be refreshed
 * @param colour whether it shows colours
 * @param width number of columns
 * @param nanoTime clock
 */
record Terminal(
    PrintStream out, boolean bar, boolean colour, IntSupplier width, LongSupplier nanoTime) {
  /** Returns standard output. */
  @SuppressWarnings("SystemConsoleNull") // it is null if standard input is no terminal
  static Terminal standardOutput() {
    boolean terminal = System.console() != null && System.console().isTerminal();
    boolean colour = terminal && System.getenv().getOrDefault("NO_COLOR", "").isEmpty();
    return new Terminal(System.out, terminal, colour, TerminalWidth::columns, System::nanoTime);
  }

  /** Returns the same output with a bar, or with lines without colours. */
  Terminal withBar(boolean given) {
    return new Terminal(out, given, given && colour, width, nanoTime);
  }
}
