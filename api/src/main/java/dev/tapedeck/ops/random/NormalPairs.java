package dev.tapedeck.ops.random;

/**
 * Normal numbers in float32, by the Box-Muller transform of {@link UnitPairs}: the float32 nearest
 * to what {@link RandomDraw} computes in doubles with {@link Math}'s functions.
 *
 * <p>They are computed by short series, within a bound of the double; where this leaves a choice
 * between two float32 numbers, about once in a thousand, the double itself decides.
 */
final class NormalPairs {
  private static final int PAIRS = UnitPairs.PAIRS;

  /** A bound of a number's error, relative to the radius. */
  private static final double ERROR = 0x1p-38;

  /** A bound of the error of adding the mean, relative to it. */
  private static final double ROUNDING = 0x1p-51;

  private static final double ROOT_2 = Math.sqrt(2);
  private static final double TWICE_LN_2 = 2 * Math.log(2);

  /** From where on an array has the sines, cosines and radii of pairs, after the units. */
  private static final int SINES = 2 * PAIRS;

  private static final int COSINES = 3 * PAIRS;
  private static final int RADII = 4 * PAIRS;

  /** The length of that array. */
  static final int LENGTH = 5 * PAIRS;

  /** Whole numbers that belong to these: exponents and powers, or quarter turns. */
  private final int[] wholes = new int[3 * PAIRS];

  /** The least that the first and second numbers can be, and from 2 * PAIRS on the most. */
  private final float[] bounds = new float[4 * PAIRS];

  private final double mean;
  private final double deviation;

  NormalPairs(double mean, double deviation) {
    this.mean = mean;
    this.deviation = deviation;
  }

  /** Computes the numbers of pairs, next to each other. */
  void compute(double[] parts, float[] numbers) {
    radii(parts);
    turns(parts);
    sines(parts);
    cosines(parts);
    bounds(parts);
    for (int i = 0; i < PAIRS; i++) {
      for (int j = 0; j < 2; j++) {
        float least = bounds[i + j * PAIRS];
        boolean sure = least == bounds[i + (2 + j) * PAIRS] && least != 0;
        numbers[2 * i + j] = sure ? least : (float) exact(parts, i, j);
      }
    }
  }

  private double exact(double[] parts, int pair, int which) {
    double radius = RandomDraw.radius(parts[pair]);
    double angle = RandomDraw.angle(parts[pair + PAIRS]);
    return mean + deviation * (radius * (which == 0 ? Math.cos(angle) : Math.sin(angle)));
  }

  /**
   * Computes {@code sqrt(-2 log v)} of {@code v = 1 - u = x / 2^e}, with x from sqrt(1/2) to
   * sqrt(2): {@code log x = 2 (s + s^3 / 3 + s^5 / 5 + ..)} of {@code s = (x - 1) / (x + 1)}. It is
   * NaN where v is below 2^-31.
   */
  private void radii(double[] parts) {
    for (int i = 0; i < PAIRS; i++) {
      wholes[i] = (int) ((1 - parts[i]) * (ROOT_2 * 0x1p30));
    }
    for (int i = 0; i < PAIRS; i++) {
      int exponent = Integer.numberOfLeadingZeros(wholes[i]) - 1;
      wholes[i + PAIRS] = exponent;
      wholes[i] = 1 << exponent;
    }
    for (int i = 0; i < PAIRS; i++) {
      double x = (1 - parts[i]) * wholes[i];
      double s = (x - 1) / (x + 1);
      double z = s * s;
      double p = 1.0 / 13;
      p = p * z + 1.0 / 11;
      p = p * z + 1.0 / 9;
      p = p * z + 1.0 / 7;
      p = p * z + 1.0 / 5;
      p = p * z + 1.0 / 3;
      p = p * z + 1;
      parts[i + RADII] = Math.sqrt(TWICE_LN_2 * wholes[i + PAIRS] - 4 * s * p);
    }
  }

  /** Computes the nearest quarter turns, and their sines and cosines: 0, 1 or -1. */
  private void turns(double[] parts) {
    for (int i = 0; i < PAIRS; i++) {
      wholes[i] = (int) (4 * parts[i + PAIRS] + 0.5);
    }
    for (int i = 0; i < PAIRS; i++) {
      int odd = wholes[i] & 1;
      int sign = 1 - (wholes[i] & 2);
      wholes[i + PAIRS] = odd * sign;
      wholes[i + 2 * PAIRS] = (1 - odd) * sign;
    }
  }

  /** Computes the sines of the angles' rests, at most an eighth of a turn, by Taylor's series. */
  private void sines(double[] parts) {
    for (int i = 0; i < PAIRS; i++) {
      double a = 2 * Math.PI * (parts[i + PAIRS] - 0.25 * wholes[i]);
      double z = a * a;
      double p = 1.0 / 6227020800L;
      p = p * z - 1.0 / 39916800;
      p = p * z + 1.0 / 362880;
      p = p * z - 1.0 / 5040;
      p = p * z + 1.0 / 120;
      p = p * z - 1.0 / 6;
      parts[i + SINES] = (p * z + 1) * a;
    }
  }

  private void cosines(double[] parts) {
    for (int i = 0; i < PAIRS; i++) {
      double a = 2 * Math.PI * (parts[i + PAIRS] - 0.25 * wholes[i]);
      double z = a * a;
      double p = 1.0 / 479001600;
      p = p * z - 1.0 / 3628800;
      p = p * z + 1.0 / 40320;
      p = p * z - 1.0 / 720;
      p = p * z + 1.0 / 24;
      p = p * z - 0.5;
      parts[i + COSINES] = p * z + 1;
    }
  }

  /** Adds rests and quarter turns, and computes between which float32 numbers the results are. */
  private void bounds(double[] parts) {
    double error = Math.abs(deviation) * ERROR;
    double rounding = Math.abs(mean) * ROUNDING;
    for (int i = 0; i < PAIRS; i++) {
      double sine = wholes[i + PAIRS];
      double cosine = wholes[i + 2 * PAIRS];
      double radius = parts[i + RADII];
      double x =
          mean + deviation * (radius * (parts[i + COSINES] * cosine - parts[i + SINES] * sine));
      bounds[i] = (float) (x - (error * radius + rounding));
      bounds[i + 2 * PAIRS] = (float) (x + (error * radius + rounding));
    }
    for (int i = 0; i < PAIRS; i++) {
      double sine = wholes[i + PAIRS];
      double cosine = wholes[i + 2 * PAIRS];
      double radius = parts[i + RADII];
      double x =
          mean + deviation * (radius * (parts[i + SINES] * cosine + parts[i + COSINES] * sine));
      bounds[i + PAIRS] = (float) (x - (error * radius + rounding));
      bounds[i + 3 * PAIRS] = (float) (x + (error * radius + rounding));
    }
  }
}
