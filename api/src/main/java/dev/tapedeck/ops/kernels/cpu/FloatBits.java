package dev.tapedeck.ops.kernels.cpu;

/** Operations on the bits of floating point numbers; {@link VectorBits} has those of vectors. */
final class FloatBits {
  static final int DIGITS = 23;
  static final int LONG_DIGITS = 52;
  static final int BIAS = 127;
  static final int LONG_BIAS = 1023;
  static final int ONE = BIAS << DIGITS;
  static final long LONG_ONE = (long) LONG_BIAS << LONG_DIGITS;

  /** The bits of 1 less those of the root of 1/2. */
  static final int ABOVE_ROOT = ONE - Float.floatToRawIntBits((float) Math.sqrt(0.5));

  static final long LONG_ABOVE_ROOT = LONG_ONE - Double.doubleToRawLongBits(Math.sqrt(0.5));

  /** Numbers whose lowest bits hold a whole number that is added. */
  static final float WHOLE = 0x1p23f;

  static final double LONG_WHOLE = 0x1p52;
  static final int WHOLE_BITS = Float.floatToRawIntBits(WHOLE);
  static final long LONG_WHOLE_BITS = Double.doubleToRawLongBits(LONG_WHOLE);

  private FloatBits() {}

  /** Returns 2 to the power of a whole number, if that is a normal number. */
  static float power(float n) {
    return Float.intBitsToFloat(Float.floatToRawIntBits(n + (WHOLE + BIAS)) << DIGITS);
  }

  static double power(double n) {
    long bits = Double.doubleToRawLongBits(n + (LONG_WHOLE + LONG_BIAS));
    return Double.longBitsToDouble(bits << LONG_DIGITS);
  }

  /** Returns the whole number n for which {@code x / 2^n} is from sqrt(1/2) to sqrt(2). */
  static float exponent(float x) {
    int biased = (Float.floatToRawIntBits(x) + ABOVE_ROOT) >>> DIGITS;
    return Float.intBitsToFloat(biased | WHOLE_BITS) - (WHOLE + BIAS);
  }

  static double exponent(double x) {
    long biased = (Double.doubleToRawLongBits(x) + LONG_ABOVE_ROOT) >>> LONG_DIGITS;
    return Double.longBitsToDouble(biased | LONG_WHOLE_BITS) - (LONG_WHOLE + LONG_BIAS);
  }

  /** Returns {@code x / 2^n} for the {@link #exponent} n. */
  static float fraction(float x) {
    int bits = Float.floatToRawIntBits(x);
    return Float.intBitsToFloat(bits + ONE - ((bits + ABOVE_ROOT) & -1 << DIGITS));
  }

  static double fraction(double x) {
    long bits = Double.doubleToRawLongBits(x);
    return Double.longBitsToDouble(
        bits + LONG_ONE - ((bits + LONG_ABOVE_ROOT) & -1L << LONG_DIGITS));
  }

  /** Returns a number that is not negative with the sign of another. */
  static float withSign(float x, float sign) {
    int bit = Float.floatToRawIntBits(sign) & Integer.MIN_VALUE;
    return Float.intBitsToFloat(Float.floatToRawIntBits(x) | bit);
  }

  static double withSign(double x, double sign) {
    long bit = Double.doubleToRawLongBits(sign) & Long.MIN_VALUE;
    return Double.longBitsToDouble(Double.doubleToRawLongBits(x) | bit);
  }

  /** Returns whether the lowest bit is set. */
  static boolean isSet0(float x) {
    return (Float.floatToRawIntBits(x) & 1) != 0;
  }

  static boolean isSet0(double x) {
    return (Double.doubleToRawLongBits(x) & 1) != 0;
  }

  /** Returns whether the second lowest bit is set. */
  static boolean isSet1(float x) {
    return (Float.floatToRawIntBits(x) & 2) != 0;
  }

  static boolean isSet1(double x) {
    return (Double.doubleToRawLongBits(x) & 2) != 0;
  }
}
