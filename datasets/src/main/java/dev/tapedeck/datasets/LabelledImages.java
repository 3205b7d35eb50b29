package dev.tapedeck.datasets;

import java.util.Locale;

/**
 * Grey-level images and their labels, as unsigned bytes.
 *
 * <p>The arrays are shared, not copied.
 *
 * @param source origin of the images, for messages
 * @param count number of images
 * @param height rows in an image
 * @param width pixels in a row
 * @param pixels all images, row-major; 0 is background and 255 is ink
 * @param labels one per image
 */
@SuppressWarnings("ArrayRecordComponent") // A copy of 47 MB is too much, and nobody compares these.
public record LabelledImages(
    String source, int count, int height, int width, byte[] pixels, byte[] labels) {

  /** Checks that the arrays fit the sizes. */
  public LabelledImages {
    if (count < 0 || height < 0 || width < 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: negative size: %d images of %d x %d",
              source,
              count,
              height,
              width));
    }
    if (pixels.length != Math.multiplyExact(Math.multiplyExact((long) count, height), width)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: %d images of %d x %d do not fill %d pixels",
              source,
              count,
              height,
              width,
              pixels.length));
    }
    if (labels.length != count) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%s: %d images but %d labels", source, count, labels.length));
    }
  }

  /** Returns the number of classes: the greatest label plus one. */
  public int classes() {
    int greatest = -1;
    for (byte label : labels) {
      greatest = Math.max(greatest, Byte.toUnsignedInt(label));
    }
    return greatest + 1;
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s: %d images of %d x %d", source, count, height, width);
  }
}
