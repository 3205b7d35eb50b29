package dev.tapedeck.cli;

import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;

/** The one-line error message for the user of the command line. */
final class ErrorLine {
  private static final String MEMORY =
      "Java's memory is too small (%s); give it more, such as TAPEDECK_JAVA_OPTS=-Xmx2g";
  private static final String NATIVES =
      "a native library cannot be loaded (%s); its folder must have room and allow programs to run:"
          + " choose another with TAPEDECK_JAVA_OPTS=-Dorg.bytedeco.javacpp.cachedir=FOLDER";

  private ErrorLine() {}

  static String of(Throwable failure) {
    Throwable told = failure instanceof Error ? cause(failure) : failure;
    if (told instanceof OutOfMemoryError) {
      return MEMORY.replace("%s", text(told));
    }
    return told instanceof UnsatisfiedLinkError ? NATIVES.replace("%s", text(told)) : text(told);
  }

  /** Returns the root cause: an {@code ExceptionInInitializerError} itself explains nothing. */
  private static Throwable cause(Throwable failure) {
    Throwable first = failure;
    while (first.getCause() != null) {
      first = first.getCause();
    }
    return first;
  }

  /** Returns the message for an argument that is not a valid path. */
  static String notAPath(InvalidPathException e) {
    return "not a path: \"" + e.getInput() + "\" (" + e.getReason() + ")";
  }

  private static String text(Throwable failure) {
    if (failure instanceof InvalidPathException e) {
      return PlainText.oneLine(notAPath(e));
    }
    String message =
        failure instanceof UncheckedIOException && failure.getMessage() == null
            ? "" + failure.getCause()
            : failure.getMessage();
    return PlainText.oneLine(
        message == null ? failure.toString() : String.join(";", message.lines().toList()));
  }
}
