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

  /** Checks that sizes and steps are above 0. */
  public Window {
    if (height < 1 || width < 1 || stepY < 1 || stepX < 1) {
      throw new IllegalArgumentException(
          "window: sizes and steps must be 1 or more, received "
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
            : Math.max(0, (image - window) / step + 1);
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

  /** Returns {@code 2x2/2x2 VALID}. */
  @Override
  public String toString() {
    return height + "x" + width + "/" + stepY + "x" + stepX + " " + padding;
  }
}
