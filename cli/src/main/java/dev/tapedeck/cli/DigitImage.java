package dev.tapedeck.cli;

import dev.tapedeck.tensor.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Preprocessing of drawn, scanned or photographed digits to images like MNIST's. */
final class DigitImage {
  /** Longer side of MNIST's digits, as a fraction of the image's side. */
  private static final double BOX = 20.0 / 28;

  /** Least difference from the background, of at most 1, that counts as a digit. */
  private static final float FAINTEST = 0.05f;

  /** Fraction of the strongest ink from which a pixel belongs to the digit. */
  private static final float EDGE = 0.2f;

  /** The least number of standard deviations of the noise in {@link #EDGE}. */
  private static final float CLEAR = 5;

  /** The least side of a halved image, in sides of the classifier's images. */
  private static final int LEAST_SIDES = 4;

  /** The most samples along a side for an estimate of the noise. */
  private static final int SAMPLES = 256;

  /** The part of the largest piece of ink that a piece of the digit has at least. */
  private static final double SPECK = 0.1;

  private DigitImage() {}

  /**
   * Reads an image file as float32 {@code [1, height, width, 1]}, from 0 (background) to 1 (ink).
   *
   * <p>MNIST's digits are white on black. Ink is what differs most from the background, lighter or
   * darker. In an image of the requested size the background is the median of the border; if that
   * is pure black or white, the image is only inverted if needed. In any other image the background
   * becomes 0 and the strongest ink 1.
   *
   * <p>An image of another size is also prepared as MNIST's were. Its {@link Background}, which may
   * be shaded, is subtracted, and noise is averaged out. Pixels with at least a fifth of the
   * strongest ink, apart from specks, are scaled by averaging to 20 of 28 pixels on the longer
   * side, and centred by their centre of mass.
   *
   * @throws IllegalArgumentException if the file is not an image, is damaged or too large, or is
   *     blank
   */
  static Tensor read(Path file, int height, int width) {
    float[][] pixels = GreyPixels.read(file);
    if (pixels.length == height && pixels[0].length == width) {
      float background = median(pixels);
      update(pixels, value -> value - background);
      float strongest = strongest(pixels, file);
      float ink = background == 0 || background == 1 ? Math.signum(strongest) : strongest;
      update(pixels, value -> Math.max(0, value / ink));
    } else {
      Background.of(pixels).subtractFrom(pixels);
      pixels = withoutNoise(pixels, LEAST_SIDES * Math.max(height, width));
      float ink = strongest(pixels, file);
      update(pixels, value -> value / ink);
      int box = (int) Math.max(1, Math.round(BOX * Math.min(height, width)));
      pixels = scaled(pixels, box);
      update(pixels, value -> Math.max(0, value));
      pixels = centred(pixels, height, width);
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
  private static float median(float[][] pixels) {
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

  /** Returns the difference from the background that is the greatest in magnitude. */
  private static float strongest(float[][] pixels, Path file) {
    float strongest = strongest(pixels);
    if (Math.abs(strongest) < FAINTEST) {
      throw new IllegalArgumentException(
          file + ": shows no digit; expected one that is lighter or darker than its background");
    }
    return strongest;
  }

  private static float strongest(float[][] pixels) {
    float strongest = 0;
    for (float[] row : pixels) {
      for (float value : row) {
        if (Math.abs(value) > Math.abs(strongest)) {
          strongest = value;
        }
      }
    }
    return strongest;
  }

  /** Halves an image until its noise is too weak to be taken for ink, or it is small. */
  private static float[][] withoutNoise(float[][] pixels, int leastSide) {
    float[][] image = pixels;
    while (Math.min(image.length, image[0].length) >= 2 * leastSide
        && EDGE * Math.abs(strongest(image)) < CLEAR * noise(image)) {
      image = halved(image);
    }
    return image;
  }

  /** Returns the standard deviation of the noise, from the median difference of neighbours. */
  private static float noise(float[][] pixels) {
    int step = Math.ceilDiv(Math.max(pixels.length, pixels[0].length), SAMPLES);
    float[] differences = new float[SAMPLES * SAMPLES];
    int count = 0;
    for (int y = 0; y < pixels.length; y += step) {
      for (int x = 1; x < pixels[y].length; x += step) {
        differences[count++] = Math.abs(pixels[y][x] - pixels[y][x - 1]);
      }
    }
    Arrays.sort(differences, 0, count);
    // The median magnitude of a normal distribution is 0.6745, a difference has twice the variance.
    return (float) (differences[count / 2] / (0.6745 * Math.sqrt(2)));
  }

  private static float[][] halved(float[][] pixels) {
    float[][] half = new float[pixels.length / 2][pixels[0].length / 2];
    for (int y = 0; y < half.length; y++) {
      for (int x = 0; x < half[y].length; x++) {
        float above = pixels[2 * y][2 * x] + pixels[2 * y][2 * x + 1];
        half[y][x] = (above + pixels[2 * y + 1][2 * x] + pixels[2 * y + 1][2 * x + 1]) / 4;
      }
    }
    return half;
  }

  /** Returns the bounding box of the digit, scaled to {@code box} pixels on its longer side. */
  private static float[][] scaled(float[][] pixels, int box) {
    List<Piece> pieces = Piece.of(pixels, EDGE);
    double largest = pieces.stream().mapToDouble(Piece::ink).max().orElseThrow();
    Piece digit =
        pieces.stream().filter(p -> p.ink() >= SPECK * largest).reduce(Piece::and).orElseThrow();
    int top = digit.top();
    int bottom = digit.bottom();
    int left = digit.left();
    int right = digit.right();
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
