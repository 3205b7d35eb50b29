package dev.tapedeck.metrics;

import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;

/** Predictions that are a vector for each example. */
final class Vectors {
  private Vectors() {}

  /**
   * Checks a shape.
   *
   * @throws IllegalArgumentException if it is not {@code [n, size]} of a known size
   */
  static void check(String who, String what, Shape predictions) {
    if (predictions.rank() != 2 || predictions.size(1) == Shape.UNKNOWN) {
      throw Refusal.of(
          who,
          "needs predictions [n, " + what + "] of a known number of " + what,
          predictions,
          "reshape labels and predictions");
    }
  }
}
