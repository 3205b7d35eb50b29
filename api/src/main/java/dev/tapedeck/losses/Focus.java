package dev.tapedeck.losses;

import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;

/** The factor of focal losses. */
final class Focus {
  private Focus() {}

  static void check(double gamma) {
    if (!(gamma >= 0)) {
      throw Refusal.of("loss", "gamma is 0 or more", gamma, "give 0 for the plain cross-entropy");
    }
  }

  /** Returns {@code error^gamma}, of errors so small that the slope may be infinite as of 1e-7. */
  static Tensor on(Tensor error, double gamma) {
    return Maths.pow(Maths.maximum(error, Probabilities.EPSILON), gamma);
  }
}
