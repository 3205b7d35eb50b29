package dev.tapedeck.ops.linalg;

/**
 * The discrete Fourier transform of one length, of doubles: in halves where the length is a power
 * of 2, else as a convolution with a chirp, which is done by transforms of such a length
 * (Bluestein, 1970).
 */
final class FourierPlan {
  private final int length;

  /** The wave {@code exp(-2 pi i k / length)}, or for a chirp {@code exp(-pi i k^2 / length)}. */
  private final double[] cosines;

  private final double[] sines;

  /** The transform for the convolution, and the chirp it convolves with, transformed; or null. */
  private final FourierPlan longer;

  private final double[] chirpReal;
  private final double[] chirpImaginary;

  FourierPlan(int length) {
    this.length = length;
    boolean halves = Integer.bitCount(length) <= 1;
    int count = halves ? length / 2 : length;
    cosines = new double[count];
    sines = new double[count];
    for (int k = 0; k < count; k++) {
      long turns = halves ? 2L * k : (long) k * k % (2L * length);
      double angle = -Math.PI * turns / length;
      cosines[k] = Math.cos(angle);
      sines[k] = Math.sin(angle);
    }
    longer = halves ? null : new FourierPlan(Integer.highestOneBit(2 * length - 1) * 2);
    chirpReal = halves ? null : new double[longer.length];
    chirpImaginary = halves ? null : new double[longer.length];
    if (!halves) {
      for (int k = 0; k < length; k++) {
        int mirrored = k == 0 ? 0 : longer.length - k;
        chirpReal[k] = chirpReal[mirrored] = cosines[k];
        chirpImaginary[k] = chirpImaginary[mirrored] = -sines[k];
      }
      longer.transform(chirpReal, chirpImaginary);
    }
  }

  /** Transforms numbers in place; with the parts exchanged, inversely. */
  void transform(double[] real, double[] imaginary) {
    if (longer == null) {
      reorder(real, imaginary);
      for (int half = 1; half < length; half *= 2) {
        merge(half, real, imaginary);
      }
    } else {
      convolve(real, imaginary);
    }
  }

  /** Puts each number at the place whose index has its bits in reverse. */
  private void reorder(double[] real, double[] imaginary) {
    int unused = Integer.numberOfLeadingZeros(length) + 1;
    for (int i = 1; i < length; i++) {
      int j = Integer.reverse(i) >>> unused;
      if (i < j) {
        swap(real, i, j);
        swap(imaginary, i, j);
      }
    }
  }

  private static void swap(double[] x, int i, int j) {
    double kept = x[i];
    x[i] = x[j];
    x[j] = kept;
  }

  /** Merges transforms of a length, neighbours in the arrays, into ones of twice that length. */
  private void merge(int half, double[] real, double[] imaginary) {
    int step = length / 2 / half;
    for (int start = 0; start < length; start += 2 * half) {
      for (int k = 0; k < half; k++) {
        int even = start + k;
        int odd = even + half;
        double cos = cosines[k * step];
        double sin = sines[k * step];
        double re = real[odd] * cos - imaginary[odd] * sin;
        double im = real[odd] * sin + imaginary[odd] * cos;
        real[odd] = real[even] - re;
        imaginary[odd] = imaginary[even] - im;
        real[even] += re;
        imaginary[even] += im;
      }
    }
  }

  private void convolve(double[] real, double[] imaginary) {
    double[] re = new double[longer.length];
    double[] im = new double[longer.length];
    for (int k = 0; k < length; k++) {
      re[k] = real[k] * cosines[k] - imaginary[k] * sines[k];
      im[k] = real[k] * sines[k] + imaginary[k] * cosines[k];
    }
    longer.transform(re, im);
    for (int k = 0; k < longer.length; k++) {
      double product = re[k] * chirpReal[k] - im[k] * chirpImaginary[k];
      im[k] = re[k] * chirpImaginary[k] + im[k] * chirpReal[k];
      re[k] = product;
    }
    longer.transform(im, re); // inversely, times the length
    for (int k = 0; k < length; k++) {
      real[k] = (re[k] * cosines[k] - im[k] * sines[k]) / longer.length;
      imaginary[k] = (re[k] * sines[k] + im[k] * cosines[k]) / longer.length;
    }
  }
}
