package dev.tapedeck.cli;

import dev.tapedeck.datasets.LabelledImages;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The size of a classifier's images, and the number of its classes.
 *
 * @param height number of rows of an image
 * @param width number of pixels of a row
 * @param classes number of classes
 */
record Dimensions(int height, int width, int classes) {
  private static final String HEIGHT = "image-height";
  private static final String WIDTH = "image-width";
  private static final String CLASSES = "classes";

  /**
   * Returns the dimensions of a training and a test set.
   *
   * @throws IllegalArgumentException if the images are not all of one size
   */
  static Dimensions of(LabelledImages train, LabelledImages test) {
    if (train.height() != test.height() || train.width() != test.width()) {
      throw new IllegalArgumentException(
          String.format(
                  Locale.ROOT,
                  "--data: expected training and test images of one size, received %s and %s; scale those",
                  train,
                  test)
              + " of one file");
    }
    return new Dimensions(train.height(), train.width(), Math.max(train.classes(), test.classes()));
  }

  /**
   * Checks that a classifier of these dimensions can be tested with images.
   *
   * @throws IllegalArgumentException if they have another size, or labels beyond its classes
   */
  void requireFit(LabelledImages images) {
    if (images.height() != height || images.width() != width) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "--data: the model was trained on images of %s, received %s; give images of that size",
              size(),
              images));
    }
    if (images.classes() > classes) {
      throw new IllegalArgumentException(
          String.format(
                  Locale.ROOT,
                  "--data: the model has %d classes, received labels up to %d in %s; give the data it was",
                  classes,
                  images.classes() - 1,
                  images)
              + " trained on");
    }
  }

  /** Returns {@code height x width}. */
  String size() {
    return height + " x " + width;
  }

  /** Returns the dimensions as settings. */
  Map<String, Object> toSettings() {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put(HEIGHT, height);
    settings.put(WIDTH, width);
    settings.put(CLASSES, classes);
    return settings;
  }

  /** Returns the dimensions in settings, or others if they have none. */
  static Dimensions of(Map<String, Object> settings, Dimensions others) {
    return settings.get(HEIGHT) instanceof Integer height
            && settings.get(WIDTH) instanceof Integer width
            && settings.get(CLASSES) instanceof Integer classes
            && Math.min(height, width) > 0
            && Math.max(height, width) <= Short.MAX_VALUE
        ? new Dimensions(height, width, classes)
        : others;
  }
}
