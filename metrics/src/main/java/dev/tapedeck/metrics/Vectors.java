package dev.tapedeck.metrics;

import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;

/** Labels and predictions that are a vector for each example. */
final class Vectors {
  private Vectors() {}

  /** Returns the position of the largest element along an axis, of equal ones the first. */
  static Tensor largest(Tensor vectors, int axis) {
    boolean bits = vectors.dtype() == DType.BOOL;
    return Reductions.argmax(bits ? vectors.cast(DType.UINT8) : vectors, axis);
  }

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
