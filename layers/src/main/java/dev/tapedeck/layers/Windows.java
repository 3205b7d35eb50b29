package dev.tapedeck.layers;

/** The options of layers that slide a window over images. */
final class Windows {
  private Windows() {}

  static void requirePositive(String who, String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          who + ": " + what + " must be 1 or more, received " + value);
    }
  }
}
