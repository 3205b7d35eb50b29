package dev.tapedeck.cli;

import java.util.Arrays;

/**
 * The luminance of the paper of an image, a quadratic polynomial in x and y, since light falls on
 * paper unevenly.
 */
final class Background {
  private static final int TERMS = 6;
  private static final int FITS = 5;

  /** The width of the border, as a part of the image's smaller side. */
  private static final double BORDER = 1.0 / 32;

  /** The samples along a side of the image, about. */
  private static final int SAMPLES = 128;

  /** The standard deviation of a normal distribution whose median absolute deviation is 1. */
  private static final double DEVIATION = 1.4826;

  /** The least deviation assumed: a level of eight bits. */
  private static final double LEAST = 1.0 / 255;

  private final int height;
  private final int width;
  private double[] coefficients;

  private Background(int height, int width, double[] coefficients) {
    this.height = height;
    this.width = width;
    this.coefficients = coefficients;
  }

  /**
   * Returns the background of an image, fitted to its border by least squares: first to what is
   * near the median, then repeatedly to what is near the fit, which leaves out ink.
   */
  static Background of(float[][] pixels) {
    int height = pixels.length;
    int width = pixels[0].length;
    int border = (int) Math.max(1, BORDER * Math.min(height, width));
    int step = Math.max(1, Math.min(border, Math.max(height, width) / SAMPLES));
    double[][] terms = new double[height * width / step + height + width][];
    double[] values = new double[terms.length];
    int count = 0;
    for (int y = 0; y < height; y += step) {
      boolean isWhole = y < border || y >= height - border;
      for (int x = 0; x < width; x += step) {
        if (isWhole || x < border || x >= width - border) {
          terms[count] = terms(y, x, height, width);
          values[count++] = pixels[y][x];
        }
      }
    }
    terms = Arrays.copyOf(terms, count);
    values = Arrays.copyOf(values, count);
    Background fit =
        new Background(height, width, new double[] {median(values.clone()), 0, 0, 0, 0, 0});
    for (int i = 0; i < FITS; i++) {
      fit.fit(terms, values);
    }
    return fit;
  }

  /** Fits the polynomial to those of the values that it is near to. */
  private void fit(double[][] terms, double[] values) {
    double[] distances = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      distances[i] = Math.abs(values[i] - at(terms[i]));
    }
    double near = 3 * Math.max(LEAST, DEVIATION * median(distances.clone()));
    double[][] normal = new double[TERMS][TERMS];
    double[] right = new double[TERMS];
    int count = 0;
    for (int i = 0; i < values.length; i++) {
      if (distances[i] <= near) {
        count++;
        for (int row = 0; row < TERMS; row++) {
          right[row] += terms[i][row] * values[i];
          for (int column = 0; column < TERMS; column++) {
            normal[row][column] += terms[i][row] * terms[i][column];
          }
        }
      }
    }
    // A ridge, for images that are too small to determine all coefficients.
    for (int term = 1; term < TERMS; term++) {
      normal[term][term] += 1e-6 * count;
    }
    coefficients = solve(normal, right);
  }

  /** Solves equations of a positive definite matrix; LAPACK would take longer to load. */
  private static double[] solve(double[][] matrix, double[] right) {
    for (int pivot = 0; pivot < right.length; pivot++) {
      for (int row = 0; row < right.length; row++) {
        if (row != pivot) {
          double factor = matrix[row][pivot] / matrix[pivot][pivot];
          for (int column = pivot; column < right.length; column++) {
            matrix[row][column] -= factor * matrix[pivot][column];
          }
          right[row] -= factor * right[pivot];
        }
      }
    }
    for (int row = 0; row < right.length; row++) {
      right[row] /= matrix[row][row];
    }
    return right;
  }

  /** Subtracts the background from its image. */
  void subtractFrom(float[][] pixels) {
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        pixels[y][x] = (float) (pixels[y][x] - at(terms(y, x, height, width)));
      }
    }
  }

  private double at(double[] terms) {
    double sum = 0;
    for (int i = 0; i < TERMS; i++) {
      sum += coefficients[i] * terms[i];
    }
    return sum;
  }

  private static double[] terms(int y, int x, int height, int width) {
    double down = (2 * y + 1.0) / height - 1;
    double across = (2 * x + 1.0) / width - 1;
    return new double[] {1, down, across, down * down, down * across, across * across};
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }
}
