package dev.tapedeck.datasets;

/** Thrown when a data set cannot be read; its message is one line, fit to show to a user as is. */
public final class DatasetException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Line breaks in the message become spaces. */
  public DatasetException(String message) {
    this(message, null);
  }

  /** Line breaks in the message become spaces. */
  public DatasetException(String message, Throwable cause) {
    super(oneLine(message), cause);
  }

  /** File names may hold line breaks and terminal escapes too. */
  private static String oneLine(String message) {
    return message.replaceAll("[\\p{Cntrl}\\u0085\\u2028\\u2029]+", " ");
  }
}
