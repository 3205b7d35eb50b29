package dev.tapedeck.metrics;

import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;

/** Classes, which are whole numbers. */
final class WholeNumbers {
  private WholeNumbers() {}

  /**
   * Checks the type of classes.
   *
   * @throws IllegalArgumentException if it is not of whole numbers
   */
  static void check(String who, String what, Tensor classes) {
    if (!classes.dtype().isInteger()) {
      throw Refusal.of(who, what + " must be whole numbers", classes.spec(), "cast them to int32");
    }
  }
}
