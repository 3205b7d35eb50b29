package dev.tapedeck.layers;

/** Checks of the options of convolution and pooling layers. */
final class LayerOptions {
  private LayerOptions() {}

  static void requirePositive(String who, String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          who + ": " + what + " must be 1 or more, received " + value);
    }
  }

  static void requireGiven(String who, String what, Object value, String example) {
    if (value == null) {
      throw new NullPointerException(who + ": the " + what + " is null; give one, as " + example);
    }
  }
}
