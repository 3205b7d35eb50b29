package dev.tapedeck.ops.kernels.nd4j;

/**
 * The discrete Fourier transform of one length, of doubles.
 *
 * <p>Where the length has no other prime factors than 2, 3 and 5, it is done in a stage for each
 * factor, or two factors of 2, and each stage writes its results in order (Stockham, 1966): {@code
 * s} transforms of length {@code n} are interleaved in the array, and become {@code r * s} of
 * length {@code n / r}. Other lengths are a convolution with a chirp, which is done by transforms
 * of a power of 2 (Bluestein, 1970).
 */
final class FourierPlan {
  /** The largest length of a plan that is kept for the next call. */
  private static final int KEPT = 1 << 18;

  private static volatile FourierPlan latest;

  private static final double SIN_60 = Math.sqrt(0.75);
  private static final double COS_72 = Math.cos(2 * Math.PI / 5);
  private static final double SIN_72 = Math.sin(2 * Math.PI / 5);
  private static final double COS_144 = Math.cos(4 * Math.PI / 5);
  private static final double SIN_144 = Math.sin(4 * Math.PI / 5);

  private final int length;

  /** The wave {@code exp(-2 pi i k / length)}; null for a chirp. */
  private final double[] cosines;

  private final double[] sines;
  private final Chirp chirp;

  private FourierPlan(int length) {
    this.length = length;
    boolean stages = rest(length) == 1;
    cosines = stages ? new double[length] : null;
    sines = stages ? new double[length] : null;
    for (int k = 0; stages && k < length; k++) {
      double angle = -2 * Math.PI * k / length;
      cosines[k] = Math.cos(angle);
      sines[k] = Math.sin(angle);
    }
    chirp = stages ? null : new Chirp(length);
  }

  /** Returns what of a length is left without its factors 2, 3 and 5. */
  private static int rest(int length) {
    int rest = length >> Integer.numberOfTrailingZeros(length);
    for (int factor = 3; factor <= 5; factor += 2) {
      while (rest % factor == 0) {
        rest /= factor;
      }
    }
    return rest;
  }

  static FourierPlan of(int length) {
    FourierPlan known = latest;
    if (known != null && known.length == length) {
      return known;
    }
    FourierPlan made = new FourierPlan(length);
    if (length <= KEPT) {
      latest = made;
    }
    return made;
  }

  /**
   * Transforms a pair of real and imaginary parts; with the parts exchanged, inversely.
   *
   * @param spare another pair, which is overwritten
   * @return the pair that has the result
   */
  double[][] transform(double[][] parts, double[][] spare) {
    if (chirp != null) {
      chirp.convolve(parts[0], parts[1]);
      return parts;
    }
    double[][] from = parts;
    double[][] to = spare;
    int left = length;
    for (int stride = 1; left > 1; ) {
      int radix = left % 4 == 0 ? 4 : left % 2 == 0 ? 2 : left % 3 == 0 ? 3 : 5;
      left /= radix;
      for (int p = 0; p < left; p++) {
        switch (radix) {
          case 2 -> two(p, stride, left, from[0], from[1], to[0], to[1]);
          case 3 -> three(p, stride, left, from[0], from[1], to[0], to[1]);
          case 4 -> four(p, stride, left, from[0], from[1], to[0], to[1]);
          default -> five(p, stride, left, from[0], from[1], to[0], to[1]);
        }
      }
      stride *= radix;
      double[][] done = to;
      to = from;
      from = done;
    }
    return from;
  }

  private void two(int p, int s, int m, double[] re, double[] im, double[] toRe, double[] toIm) {
    int apart = s * m;
    double cos = cosines[p * s];
    double sin = sines[p * s];
    for (int q = 0; q < s; q++) {
      int i = p * s + q;
      int j = 2 * p * s + q;
      double dr = re[i] - re[i + apart];
      double di = im[i] - im[i + apart];
      toRe[j] = re[i] + re[i + apart];
      toIm[j] = im[i] + im[i + apart];
      toRe[j + s] = dr * cos - di * sin;
      toIm[j + s] = dr * sin + di * cos;
    }
  }

  private void three(int p, int s, int m, double[] re, double[] im, double[] toRe, double[] toIm) {
    int apart = s * m;
    double cos1 = cosines[p * s];
    double sin1 = sines[p * s];
    double cos2 = cosines[2 * p * s];
    double sin2 = sines[2 * p * s];
    for (int q = 0; q < s; q++) {
      int i = p * s + q;
      int j = 3 * p * s + q;
      double sr = re[i + apart] + re[i + 2 * apart];
      double si = im[i + apart] + im[i + 2 * apart];
      double dr = SIN_60 * (im[i + apart] - im[i + 2 * apart]);
      double di = SIN_60 * (re[i + 2 * apart] - re[i + apart]);
      double mr = re[i] - 0.5 * sr;
      double mi = im[i] - 0.5 * si;
      toRe[j] = re[i] + sr;
      toIm[j] = im[i] + si;
      toRe[j + s] = (mr + dr) * cos1 - (mi + di) * sin1;
      toIm[j + s] = (mr + dr) * sin1 + (mi + di) * cos1;
      toRe[j + 2 * s] = (mr - dr) * cos2 - (mi - di) * sin2;
      toIm[j + 2 * s] = (mr - dr) * sin2 + (mi - di) * cos2;
    }
  }

  private void four(int p, int s, int m, double[] re, double[] im, double[] toRe, double[] toIm) {
    int apart = s * m;
    double cos1 = cosines[p * s];
    double sin1 = sines[p * s];
    double cos2 = cosines[2 * p * s];
    double sin2 = sines[2 * p * s];
    double cos3 = cosines[3 * p * s];
    double sin3 = sines[3 * p * s];
    for (int q = 0; q < s; q++) {
      int i = p * s + q;
      int j = 4 * p * s + q;
      double ar = re[i] + re[i + 2 * apart];
      double ai = im[i] + im[i + 2 * apart];
      double br = re[i] - re[i + 2 * apart];
      double bi = im[i] - im[i + 2 * apart];
      double cr = re[i + apart] + re[i + 3 * apart];
      double ci = im[i + apart] + im[i + 3 * apart];
      double dr = im[i + apart] - im[i + 3 * apart];
      double di = re[i + 3 * apart] - re[i + apart];
      toRe[j] = ar + cr;
      toIm[j] = ai + ci;
      toRe[j + s] = (br + dr) * cos1 - (bi + di) * sin1;
      toIm[j + s] = (br + dr) * sin1 + (bi + di) * cos1;
      toRe[j + 2 * s] = (ar - cr) * cos2 - (ai - ci) * sin2;
      toIm[j + 2 * s] = (ar - cr) * sin2 + (ai - ci) * cos2;
      toRe[j + 3 * s] = (br - dr) * cos3 - (bi - di) * sin3;
      toIm[j + 3 * s] = (br - dr) * sin3 + (bi - di) * cos3;
    }
  }

  private void five(int p, int s, int m, double[] re, double[] im, double[] toRe, double[] toIm) {
    int apart = s * m;
    for (int q = 0; q < s; q++) {
      int i = p * s + q;
      int j = 5 * p * s + q;
      double ar = re[i + apart] + re[i + 4 * apart];
      double ai = im[i + apart] + im[i + 4 * apart];
      double br = re[i + 2 * apart] + re[i + 3 * apart];
      double bi = im[i + 2 * apart] + im[i + 3 * apart];
      double cr = im[i + apart] - im[i + 4 * apart];
      double ci = re[i + 4 * apart] - re[i + apart];
      double dr = im[i + 2 * apart] - im[i + 3 * apart];
      double di = re[i + 3 * apart] - re[i + 2 * apart];
      double er = re[i] + COS_72 * ar + COS_144 * br;
      double ei = im[i] + COS_72 * ai + COS_144 * bi;
      double fr = SIN_72 * cr + SIN_144 * dr;
      double fi = SIN_72 * ci + SIN_144 * di;
      double gr = re[i] + COS_144 * ar + COS_72 * br;
      double gi = im[i] + COS_144 * ai + COS_72 * bi;
      double hr = SIN_144 * cr - SIN_72 * dr;
      double hi = SIN_144 * ci - SIN_72 * di;
      toRe[j] = re[i] + ar + br;
      toIm[j] = im[i] + ai + bi;
      turned(p * s, er + fr, ei + fi, j + s, toRe, toIm);
      turned(2 * p * s, gr + hr, gi + hi, j + 2 * s, toRe, toIm);
      turned(3 * p * s, gr - hr, gi - hi, j + 3 * s, toRe, toIm);
      turned(4 * p * s, er - fr, ei - fi, j + 4 * s, toRe, toIm);
    }
  }

  private void turned(int wave, double re, double im, int at, double[] toRe, double[] toIm) {
    toRe[at] = re * cosines[wave] - im * sines[wave];
    toIm[at] = re * sines[wave] + im * cosines[wave];
  }

  /** The convolution with a chirp {@code exp(-pi i k^2 / length)}. */
  private static final class Chirp {
    private final double[] cosines;
    private final double[] sines;
    private final FourierPlan longer;

    /** The conjugate of the chirp, mirrored and transformed. */
    private final double[][] transformed;

    Chirp(int length) {
      cosines = new double[length];
      sines = new double[length];
      longer = new FourierPlan(Integer.highestOneBit(2 * length - 1) * 2);
      double[][] mirrored = longer.pair();
      for (int k = 0; k < length; k++) {
        double angle = -Math.PI * ((long) k * k % (2L * length)) / length;
        cosines[k] = Math.cos(angle);
        sines[k] = Math.sin(angle);
        int other = k == 0 ? 0 : longer.length - k;
        mirrored[0][k] = mirrored[0][other] = cosines[k];
        mirrored[1][k] = mirrored[1][other] = -sines[k];
      }
      transformed = longer.transform(mirrored, longer.pair());
    }

    void convolve(double[] real, double[] imaginary) {
      double[][] x = longer.pair();
      for (int k = 0; k < cosines.length; k++) {
        x[0][k] = real[k] * cosines[k] - imaginary[k] * sines[k];
        x[1][k] = real[k] * sines[k] + imaginary[k] * cosines[k];
      }
      double[][] y = longer.transform(x, longer.pair());
      double[][] exchanged = {y[1], y[0]};
      for (int k = 0; k < longer.length; k++) {
        double re = y[0][k] * transformed[0][k] - y[1][k] * transformed[1][k];
        y[1][k] = y[0][k] * transformed[1][k] + y[1][k] * transformed[0][k];
        y[0][k] = re;
      }
      double[][] z = longer.transform(exchanged, longer.pair()); // inversely, times the length
      for (int k = 0; k < cosines.length; k++) {
        double re = z[1][k];
        double im = z[0][k];
        real[k] = (re * cosines[k] - im * sines[k]) / longer.length;
        imaginary[k] = (re * sines[k] + im * cosines[k]) / longer.length;
      }
    }
  }

  private double[][] pair() {
    return new double[2][length];
  }
}
