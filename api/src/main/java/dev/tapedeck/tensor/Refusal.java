package dev.tapedeck.tensor;

import java.util.Objects;

/**
 * Errors for arguments that cannot be used.
 *
 * <p>Each names who refuses, what is expected, what was received and what to do, so that no error
 * leaves out a part: {@code argmax: needs a numeric type, received bool; cast it first}.
 */
public final class Refusal {
  private Refusal() {}

  /**
   * Returns the error, to be thrown by the caller.
   *
   * @param who op, layer or method that refuses, as the user wrote it
   * @param expected clause that says what is expected, as {@code needs a numeric type}
   * @param received value, shape or type that was received instead
   * @param remedy imperative clause that says what to do, as {@code cast it first}
   */
  public static IllegalArgumentException of(
      String who, String expected, Object received, String remedy) {
    return new IllegalArgumentException(
        text(who) + ": " + text(expected) + ", received " + received + "; " + text(remedy));
  }

  private static String text(String part) {
    if (Objects.requireNonNull(part, "refusal: part").isBlank()) {
      throw new IllegalArgumentException(
          "refusal: needs who, what is expected and what to do, received a blank part; fill it");
    }
    return part;
  }
}
