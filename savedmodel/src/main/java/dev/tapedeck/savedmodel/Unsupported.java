package dev.tapedeck.savedmodel;

/** A refusal of a call within an op that has a row; the message says what it is about the call. */
final class Unsupported extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Unsupported(String what) {
    super(what);
  }
}
