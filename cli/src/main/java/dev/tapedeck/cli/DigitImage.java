package dev.tapedeck.cli;

import dev.tapedeck.tensor.Tensor;
import java.nio.file.Path;
import java.util.Arrays;

/** Preprocessing of drawn or scanned digits to images like MNIST's. */
final class DigitImage {
  /** Longer side of MNIST's digits, as a fraction of the image's side. */
  private static final double BOX = 20.0 / 28;

  /** Least difference from the background, of at most 1, that counts as a digit. */
  private static final float FAINTEST = 0.05f;

  /** Fraction of the strongest ink from which a pixel belongs to the digit. */
  private static final float EDGE = 0.2f;

  private DigitImage() {}

  /**
   * Reads an image file as float32 {@code [1, height, width, 1]}, from 0 (background) to 1 (ink).
   *
   * <p>MNIST's digits are white on black. Here the background is the median of the border, and ink
   * is what differs from it, lighter or darker. An image of the requested size on pure black or
   * white is only inverted if needed. In any other image the background becomes 0 and the strongest
   * ink 1. An image of another size is also prepared as MNIST's were: the pixels with at least a
   * fifth of the strongest ink are scaled by averaging to 20 of 28 pixels on the longer side, and
   * centred by their centre of mass.
   *
   * @throws IllegalArgumentException if the file is not an image, is damaged or too large, or is
   *     blank
   */
  static Tensor read(Path file, int height, int width) {
    float[][] pixels = GreyPixels.read(file);
    float background = background(pixels);
    float lighter = peak(pixels, value -> value - background);
    float darker = peak(pixels, value -> background - value);
    float peak = Math.max(lighter, darker);
    if (peak < FAINTEST) {
      throw new IllegalArgumentException(
          file + ": shows no digit; expected one that is lighter or darker than its background");
    }
    int sign = lighter >= darker ? 1 : -1;
    boolean fits = pixels.length == height && pixels[0].length == width;
    float ink = fits && (background == 0 || background == 1) ? 1 : peak;
    update(pixels, value -> Math.max(0, sign * (value - background)) / ink);
    if (!fits) {
      int box = (int) Math.max(1, Math.round(BOX * Math.min(height, width)));
      pixels = centred(scaled(pixels, box), height, width);
    }
    return Tensor.of(pixels).reshape(1, height, width, 1);
  }

  /** A function of one pixel. */
  @FunctionalInterface
  private interface PixelFunction {
    float of(float value);
  }

  private static void update(float[][] pixels, PixelFunction function) {
    for (float[] row : pixels) {
      for (int x = 0; x < row.length; x++) {
        row[x] = function.of(row[x]);
      }
    }
  }

  /** Returns the median of the border. */
  private static float background(float[][] pixels) {
    int bottom = pixels.length - 1;
    int right = pixels[0].length - 1;
    float[] border = new float[2 * (pixels.length + pixels[0].length)];
    int count = 0;
    for (int y = 0; y <= bottom; y++) {
      // The whole first and last row, and the ends of the others.
      int step = y == 0 || y == bottom ? 1 : Math.max(right, 1);
      for (int x = 0; x <= right; x += step) {
        border[count++] = pixels[y][x];
      }
    }
    Arrays.sort(border, 0, count);
    return border[count / 2];
  }

  private static float peak(float[][] pixels, PixelFunction function) {
    float peak = 0;
    for (float[] row : pixels) {
      for (float value : row) {
        peak = Math.max(peak, function.of(value));
      }
    }
    return peak;
  }

  /** Returns the bounding box of the digit, scaled to {@code box} pixels on its longer side. */
  private static float[][] scaled(float[][] pixels, int box) {
    int top = pixels.length;
    int bottom = 0;
    int left = pixels[0].length;
    int right = 0;
    for (int y = 0; y < pixels.length; y++) {
      for (int x = 0; x < pixels[y].length; x++) {
        if (pixels[y][x] >= EDGE) {
          top = Math.min(top, y);
          bottom = y + 1;
          left = Math.min(left, x);
          right = Math.max(right, x + 1);
        }
      }
    }
    double scale = (double) box / Math.max(bottom - top, right - left);
    int height = (int) Math.max(1, Math.round(scale * (bottom - top)));
    int width = (int) Math.max(1, Math.round(scale * (right - left)));
    Tensor rows = shares(height, top, bottom, pixels.length);
    Tensor columns = shares(width, left, right, pixels[0].length);
    return (float[][]) rows.matmul(Tensor.of(pixels)).matmul(columns.transpose()).toArray();
  }

  /**
   * Returns the matrix {@code [parts, length]} that averages the elements in {@code [from, to)}
   * over {@code parts} parts of equal length.
   */
  private static Tensor shares(int parts, int from, int to, int length) {
    float[][] shares = new float[parts][length];
    double step = (double) (to - from) / parts;
    for (int part = 0; part < parts; part++) {
      double start = from + part * step;
      double end = start + step;
      for (int i = (int) start; i < Math.min(to, end); i++) {
        shares[part][i] = (float) ((Math.min(i + 1, end) - Math.max(i, start)) / step);
      }
    }
    return Tensor.of(shares);
  }

  /** Returns a digit in a larger image, centred by its centre of mass as far as it fits. */
  private static float[][] centred(float[][] digit, int height, int width) {
    double mass = 0;
    double down = 0;
    double across = 0;
    for (int y = 0; y < digit.length; y++) {
      for (int x = 0; x < digit[y].length; x++) {
        mass += digit[y][x];
        down += (y + 0.5) * digit[y][x];
        across += (x + 0.5) * digit[y][x];
      }
    }
    int top = offset(down / mass, digit.length, height);
    int left = offset(across / mass, digit[0].length, width);
    float[][] field = new float[height][width];
    for (int y = 0; y < digit.length; y++) {
      System.arraycopy(digit[y], 0, field[top + y], left, digit[y].length);
    }
    return field;
  }

  private static int offset(double centre, int length, int size) {
    // MNIST's centres of mass lie in pixel 14 of 0 to 27; one on an edge belongs to the upper
    // pixel.
    int middle = size / 2;
    return Math.clamp(Math.round(middle + 0.499 - centre), 0, size - length);
  }
}
