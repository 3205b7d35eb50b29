package dev.tapedeck.datasets;

/**
 * Thrown when a dataset cannot be read; the message is one line that can be shown to a user as it
 * is.
 */
public final class DatasetException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Makes an exception; line breaks in the message become spaces. */
  public DatasetException(String message) {
    this(message, null);
  }

  /** Makes an exception with a cause; line breaks in the message become spaces. */
  public DatasetException(String message, Throwable cause) {
    super(oneLine(message), cause);
  }

  /** Returns a message on one line: file names may contain line breaks and terminal escapes. */
  private static String oneLine(String message) {
    return message.replaceAll("[\\p{Cntrl}\\u0085\\u2028\\u2029]+", " ");
  }
}
