package dev.tapedeck.keras;

/** Thrown when a file of Keras is damaged, or holds what Tapedeck lacks; the message names it. */
public final class KerasFileException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  KerasFileException(String message) {
    super(message);
  }

  KerasFileException(String message, Throwable cause) {
    super(message, cause);
  }
}
