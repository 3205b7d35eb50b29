package dev.tapedeck.layers;

import dev.tapedeck.ops.Window;
import dev.tapedeck.ops.Window.Padding;
import java.util.Objects;

/** The options of layers that slide a window over images. */
final class Windows {
  private Windows() {}

  /** Returns a square window that moves by 1, without padding. */
  static Window square(String who, String what, int size) {
    requirePositive(who, what, size);
    return new Window(size, size, 1, 1, Padding.VALID);
  }

  static Window strides(String who, Window window, int strides) {
    requirePositive(who, "strides", strides);
    return new Window(window.height(), window.width(), strides, strides, window.padding());
  }

  static Window padding(Window window, Padding padding) {
    Objects.requireNonNull(padding, "padding");
    return new Window(window.height(), window.width(), window.stepY(), window.stepX(), padding);
  }

  private static void requirePositive(String who, String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          who + ": " + what + " must be 1 or more, received " + value);
    }
  }
}
