package dev.tapedeck.ops;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Errors rethrown with more about where they come from.
 *
 * @hidden not for programs that use Tapedeck
 */
public final class Errors {
  /** The types that are rethrown; a user's own types are left as they are. */
  private static final Map<Class<?>, Function<String, RuntimeException>> KINDS =
      Map.of(
          IllegalArgumentException.class, IllegalArgumentException::new,
          IllegalStateException.class, IllegalStateException::new,
          UnsupportedOperationException.class, UnsupportedOperationException::new,
          IndexOutOfBoundsException.class, IndexOutOfBoundsException::new,
          ArithmeticException.class, ArithmeticException::new,
          ClassCastException.class, ClassCastException::new,
          NullPointerException.class, NullPointerException::new);

  /** Classes in which no user looks for a mistake of theirs: those of this library and of Java. */
  private static final Pattern LIBRARY =
      Pattern.compile(
          "(java|jdk|dev\\.tapedeck\\.(tensor|ops|nn|autodiff|function|train|layers|metrics|optim))"
              + "\\..*");

  private Errors() {}

  /**
   * Returns an error of the same type with another message, to be thrown instead. Its stack trace
   * has only the lines of the user's program; its cause is the first error, with the whole trace.
   *
   * @return the error itself, if its type is not one of those that are rethrown
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

  /** Returns whether an error's message contains its cause's. */
  private static boolean isTold(RuntimeException error) {
    return error.getCause() != null
        && error.getCause().getClass() == error.getClass()
        && error.getCause().getMessage() != null
        && error.getMessage().contains(error.getCause().getMessage());
  }
}
