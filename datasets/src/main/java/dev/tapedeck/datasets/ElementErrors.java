package dev.tapedeck.datasets;

import java.io.Serial;
import java.util.Locale;
import java.util.function.Supplier;

/** Notes, in what a step's function throws, of the element that it was called with. */
final class ElementErrors {
  private ElementErrors() {}

  /** A suppressed exception that says where another one comes from. */
  private static final class ElementException extends RuntimeException {
    @Serial private static final long serialVersionUID = 1;

    ElementException(String message) {
      super(message, null, false, false);
    }
  }

  /**
   * Runs a step on an element; what it throws gets a suppressed exception that names both.
   *
   * @param step name of the step
   * @param number the element's, in this pass over the data before the step, counted from 0
   */
  static <T> T at(String step, long number, Supplier<T> action) {
    try {
      return action.get();
    } catch (RuntimeException | Error e) {
      e.addSuppressed(
          new ElementException(
              String.format(Locale.ROOT, "%s: at element %d, counted from 0", step, number)));
      throw e;
    }
  }

  /**
   * Throws another thread's exception itself, with a suppressed one that shows where it surfaced.
   */
  static RuntimeException rethrown(String step, Throwable cause) {
    cause.addSuppressed(new IllegalStateException(step + ": asked for here"));
    switch (cause) {
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(step + ": " + cause.getMessage(), cause);
    }
  }
}
