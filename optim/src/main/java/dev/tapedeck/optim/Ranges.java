package dev.tapedeck.optim;

import dev.tapedeck.tensor.Refusal;

/** Checks of optimizers' arguments. */
final class Ranges {
  private Ranges() {}

  /** Checks the decay rate of a running mean. */
  static void requireDecay(String who, String name, double decay) {
    require(who, name, decay, decay >= 0 && decay < 1, "in [0, 1)");
  }

  static void requireNotNegative(String who, String name, double value) {
    require(who, name, value, value >= 0, "0 or more");
  }

  static void require(String who, String name, Object value, boolean fits, String range) {
    if (!fits) {
      throw Refusal.of(who, name + " must be " + range, value, "leave it out for Keras's default");
    }
  }
}
