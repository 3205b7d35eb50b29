package dev.tapedeck.ops.kernels.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Elementary functions of vectors, for loops that are written in Java; {@link ExponentialFunctions}
 * has the same, to the last bit, for loops that are emitted.
 *
 * <p>They consist of additions, multiplications and other operations with exactly defined results.
 * The Vector API's own functions differ in the last bit between interpreted and compiled code, so
 * that trainings would not be reproducible.
 *
 * <p>S. Moshier, "Methods and Programs for Mathematical Functions", 1989: the polynomials of
 * float32's {@code exp} and {@code tanh}, exact to 2 units in the last place.
 */
@SuppressWarnings("FloatingPointLiteralPrecision") // the digits are those of the book
final class VectorMath {
  private static final float LOG2_E = 1.44269504088896341f;

  /** The logarithm of 2 in two parts; products of whole numbers with the first part are exact. */
  private static final float LN2_HIGH = 0.693359375f;

  private static final float LN2_LOW = -2.12194440e-4f;

  /** A number that, when added, rounds the other to a whole number in the lowest bits. */
  private static final float ROUNDING = 0x1.8p23f;

  private static final int ROUNDING_BITS = Float.floatToRawIntBits(ROUNDING);
  private static final int EXPONENT = 23;
  private static final int BIAS = 127;

  /** The largest number whose exponential is finite, and one whose exponential is 0. */
  private static final float LARGEST = 88.72283f;

  private static final float SMALLEST = -104f;

  /** A number whose hyperbolic tangent is 1. */
  private static final float ONE = 10f;

  private VectorMath() {}

  static FloatVector exp(FloatVector x) {
    FloatVector shifted = x.fma(all(LOG2_E), all(ROUNDING));
    FloatVector n = shifted.sub(all(ROUNDING));
    FloatVector r = n.fma(all(-LN2_LOW), n.fma(all(-LN2_HIGH), x));
    FloatVector y = expOfRest(r);
    // In two steps, so that no factor overflows before the product does, or is subnormal.
    IntVector exponent = shifted.reinterpretAsInts().sub(ROUNDING_BITS);
    IntVector half = exponent.lanewise(VectorOperators.ASHR, 1);
    return y.mul(power(half))
        .mul(power(exponent.sub(half)))
        .blend(all(Float.POSITIVE_INFINITY), x.compare(VectorOperators.GT, all(LARGEST)))
        .blend(all(0f), x.compare(VectorOperators.LT, all(SMALLEST)));
  }

  private static FloatVector expOfRest(FloatVector r) {
    FloatVector p = all(1.9875691500e-4f).fma(r, all(1.3981999507e-3f));
    p = p.fma(r, all(8.3334519073e-3f));
    p = p.fma(r, all(4.1665795894e-2f));
    p = p.fma(r, all(1.6666665459e-1f));
    p = p.fma(r, all(5.0000001201e-1f));
    return p.fma(r.mul(r), r).add(all(1f));
  }

  /** Returns 2 to the power of whole numbers. */
  private static FloatVector power(IntVector exponent) {
    return exponent.add(BIAS).lanewise(VectorOperators.LSHL, EXPONENT).reinterpretAsFloats();
  }

  private static FloatVector all(float value) {
    return FloatVector.broadcast(VectorSupport.FLOAT32, value);
  }

  /** Returns tanh, computed for the absolute value; then the sign is restored, also of zeros. */
  static FloatVector tanh(FloatVector x) {
    FloatVector size = x.abs();
    FloatVector square = size.mul(size);
    FloatVector p = all(-5.70498872745e-3f).fma(square, all(2.06390887954e-2f));
    p = p.fma(square, all(-5.37397155531e-2f));
    p = p.fma(square, all(1.33314422036e-1f));
    p = p.fma(square, all(-3.33332819422e-1f));
    FloatVector small = size.mul(square).fma(p, size);
    FloatVector within = size.blend(all(ONE), size.compare(VectorOperators.GT, all(ONE)));
    FloatVector twice = within.add(within);
    FloatVector shifted = twice.fma(all(LOG2_E), all(ROUNDING));
    FloatVector n = shifted.sub(all(ROUNDING));
    FloatVector r = n.fma(all(-LN2_LOW), n.fma(all(-LN2_HIGH), twice));
    FloatVector power = power(shifted.reinterpretAsInts().sub(ROUNDING_BITS));
    FloatVector large = all(1f).sub(all(2f).div(expOfRest(r).fma(power, all(1f))));
    IntVector bits = large.blend(small, size.lt(0.625f)).reinterpretAsInts();
    IntVector sign = x.reinterpretAsInts().lanewise(VectorOperators.AND, Integer.MIN_VALUE);
    return bits.lanewise(VectorOperators.OR, sign).reinterpretAsFloats();
  }
}
