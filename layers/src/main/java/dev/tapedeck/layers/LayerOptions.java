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
}
