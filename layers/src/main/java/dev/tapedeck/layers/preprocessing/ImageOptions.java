package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.ops.neural.Images.Interpolation;
import dev.tapedeck.tensor.Refusal;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Checks of the options of the layers of images. */
final class ImageOptions {
  /** The values of bytes. */
  static final List<Double> BYTES = List.of(0.0, 255.0);

  private ImageOptions() {}

  static void requirePositive(String who, String what, int value) {
    if (value < 1) {
      throw Refusal.of(who, what + " must be 1 or more", value, "give such a number");
    }
  }

  static void requireLayout(String who, ImageLayout layout) {
    requireGiven(who, "dataFormat", layout, "ImageLayout.CHANNELS_LAST");
  }

  static void requireGiven(String who, String what, Object value, String example) {
    if (value == null) {
      throw new NullPointerException(who + ": the " + what + " is null; give one, as " + example);
    }
  }

  /** Checks that pixels are read as they are or linearly. */
  static void requireLinear(String who, Interpolation interpolation) {
    if (interpolation != Interpolation.NEAREST && interpolation != Interpolation.BILINEAR) {
      throw Refusal.of(
          who, "interpolation is NEAREST or BILINEAR", interpolation, "choose one of them");
    }
  }

  /**
   * Returns the lower and the upper limit of what is drawn. A single number {@code f} is both
   * limits, as {@code [-f, f]}, cut at the lowest.
   */
  static List<Double> limits(
      String who, String what, List<Double> given, double lowest, double highest) {
    if (given.isEmpty()
        || given.size() > 2
        || given.stream().anyMatch(one -> !(one >= lowest && one <= highest))) {
      throw Refusal.of(
          who,
          what + " is a number in [" + lowest + ", " + highest + "], or a lower and an upper one",
          given,
          "give one or two such numbers");
    }
    if (given.size() == 1) {
      double limit = Math.abs(given.getFirst());
      return List.of(Math.max(-limit, lowest), limit);
    }
    return List.of(Collections.min(given), Collections.max(given));
  }

  /** Returns the lowest and the highest value of pixels. */
  static List<Double> valueRange(String who, List<Double> range) {
    if (range.size() != 2 || !(Collections.min(range) < Collections.max(range))) {
      throw Refusal.of(
          who,
          "valueRange is the lowest and the highest value of pixels",
          range,
          "give two numbers, as 0, 255");
    }
    return List.of(Collections.min(range), Collections.max(range));
  }

  static List<Double> list(double... numbers) {
    return Arrays.stream(numbers).boxed().toList();
  }

  static List<Integer> list(int... numbers) {
    return Arrays.stream(numbers).boxed().toList();
  }
}
