package dev.tapedeck.ops;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Errors that are told again, with more said about where they come from.
 *
 * @hidden not for programs that use Tapedeck
 */
public final class Errors {
  /** The types that are told again; those of a user's own are left as they are. */
  private static final Map<Class<?>, Function<String, RuntimeException>> KINDS =
      Map.of(
          IllegalArgumentException.class, IllegalArgumentException::new,
          IllegalStateException.class, IllegalStateException::new,
          UnsupportedOperationException.class, UnsupportedOperationException::new,
          IndexOutOfBoundsException.class, IndexOutOfBoundsException::new,
          ArithmeticException.class, ArithmeticException::new,
          ClassCastException.class, ClassCastException::new,
          NullPointerException.class, NullPointerException::new);

  /** Classes in which nobody looks for a mistake of a program: this library's, and Java's. */
  private static final Pattern LIBRARY =
      Pattern.compile(
          "(java|jdk|dev\\.tapedeck\\.(tensor|ops|nn|autodiff|function|train|layers|metrics|optim))"
              + "\\..*");

  private Errors() {}

  /**
   * Returns an error of the same type with another message, to be thrown in its place. Its trace
   * has the lines of the user's program alone; the first error is its cause, with the whole trace.
   *
   * @return the error itself, if it is of a type that cannot be made again
   */
  public static RuntimeException withMessage(RuntimeException error, String message) {
    Function<String, RuntimeException> kind = KINDS.get(error.getClass());
    if (kind == null) {
      return error;
    }
    RuntimeException told = kind.apply(message);
    RuntimeException cause = isTold(error) ? (RuntimeException) error.getCause() : error;
    told.initCause(cause);
    StackTraceElement[] program =
        Arrays.stream(cause.getStackTrace())
            .filter(frame -> !LIBRARY.matcher(frame.getClassName()).matches())
            .toArray(StackTraceElement[]::new);
    told.setStackTrace(program.length == 0 ? cause.getStackTrace() : program);
    return told;
  }

  /** Returns whether an error's message has all that its cause's has. */
  private static boolean isTold(RuntimeException error) {
    return error.getCause() != null
        && error.getCause().getClass() == error.getClass()
        && error.getCause().getMessage() != null
        && error.getMessage().contains(error.getCause().getMessage());
  }
}
