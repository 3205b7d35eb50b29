package dev.tapedeck.ops;

import dev.tapedeck.tensor.Shape;

/**
 * How a window slides over images {@code [n, h, w, c]}: its size, its step, and the padding.
 *
 * @param height the window's rows
 * @param width the window's columns
 * @param stepY rows from one window to the next
 * @param stepX columns from one window to the next
 * @param padding what happens at the edge
 */
public record Window(int height, int width, int stepY, int stepX, Padding padding) {
  /** What happens at the edge of an image. */
  public enum Padding {
    /** Only whole windows: the output has {@code (size - window) / step + 1} rows, rounded down. */
    VALID,
    /**
     * Zeros around the image, one more behind than before: {@code size / step} rows, rounded up.
     */
    SAME
  }

  private static final int LARGEST = 10_000;

  /** Checks that sizes and steps are from 1 to 10,000. */
  public Window {
    if (Math.min(Math.min(height, width), Math.min(stepY, stepX)) < 1
        || Math.max(Math.max(height, width), Math.max(stepY, stepX)) > LARGEST) {
      throw new IllegalArgumentException(
          "window: sizes and steps must be from 1 to 10000, received "
              + height
              + " x "
              + width
              + " by "
              + stepY
              + " x "
              + stepX);
    }
  }

  /** Returns the number of windows down an image. */
  public long rows(long imageHeight) {
    return count(imageHeight, height, stepY);
  }

  /** Returns the number of windows across an image. */
  public long columns(long imageWidth) {
    return count(imageWidth, width, stepX);
  }

  private long count(long image, int window, int step) {
    return image == Shape.UNKNOWN
        ? Shape.UNKNOWN
        : padding == Padding.SAME
            ? (image + step - 1) / step
            : image < window ? 0 : (image - window) / step + 1;
  }

  /** Returns the rows of padding above an image. */
  public long padTop(long imageHeight) {
    return padBefore(imageHeight, height, stepY);
  }

  /** Returns the columns of padding left of an image. */
  public long padLeft(long imageWidth) {
    return padBefore(imageWidth, width, stepX);
  }

  private long padBefore(long image, int window, int step) {
    long total = (count(image, window, step) - 1) * step + window - image;
    return padding == Padding.SAME ? Math.max(total, 0) / 2 : 0;
  }

  /**
   * Returns the shape of the part of images, from their start, that windows look at: less than all
   * of it where steps are larger than windows.
   */
  public Shape covered(Shape images) {
    long rows = (rows(images.size(1)) - 1) * stepY + height;
    long columns = (columns(images.size(2)) - 1) * stepX + width;
    return images
        .with(1, Math.min(rows, images.size(1)))
        .with(2, Math.min(columns, images.size(2)));
  }

  /** Returns {@code 2x2/2x2 VALID}. */
  @Override
  public String toString() {
    return height + "x" + width + "/" + stepY + "x" + stepX + " " + padding;
  }
}
