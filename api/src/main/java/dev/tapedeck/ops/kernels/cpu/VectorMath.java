package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.ops.expr.Primitive;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Elementary functions of vectors.
 *
 * <p>They consist of additions, multiplications and other operations with exactly defined results.
 * The Vector API's own functions differ in the last bit between interpreted and compiled code, so
 * that trainings would not be reproducible.
 *
 * <p>S. Moshier, "Methods and Programs for Mathematical Functions", 1989: the polynomials of
 * float32's {@code exp}, {@code log} and {@code tanh}, exact to 2 units in the last place.
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
  private static final int ROOT_HALF_BITS = Float.floatToRawIntBits((float) Math.sqrt(0.5));
  private static final int EXPONENT = 23;
  private static final int BIAS = 127;

  /** The largest number whose exponential is finite, and one whose exponential is 0. */
  private static final float LARGEST = 88.72283f;

  private static final float SMALLEST = -104f;

  private VectorMath() {}

  static FloatVector exp(FloatVector x) {
    FloatVector shifted = x.fma(all(LOG2_E), all(ROUNDING));
    FloatVector n = shifted.sub(all(ROUNDING));
    FloatVector r = n.fma(all(-LN2_LOW), n.fma(all(-LN2_HIGH), x));
    FloatVector p = all(1.9875691500e-4f).fma(r, all(1.3981999507e-3f));
    p = p.fma(r, all(8.3334519073e-3f));
    p = p.fma(r, all(4.1665795894e-2f));
    p = p.fma(r, all(1.6666665459e-1f));
    p = p.fma(r, all(5.0000001201e-1f));
    FloatVector y = p.fma(r.mul(r), r).add(all(1f));
    // In two steps, so that no factor overflows before the product does, or is subnormal.
    IntVector exponent = shifted.reinterpretAsInts().sub(ROUNDING_BITS);
    IntVector half = exponent.lanewise(VectorOperators.ASHR, 1);
    return y.mul(power(half))
        .mul(power(exponent.sub(half)))
        .blend(all(Float.POSITIVE_INFINITY), x.compare(VectorOperators.GT, all(LARGEST)))
        .blend(all(0f), x.compare(VectorOperators.LT, all(SMALLEST)));
  }

  /** Returns 2 to the power of whole numbers. */
  private static FloatVector power(IntVector exponent) {
    return exponent.add(BIAS).lanewise(VectorOperators.LSHL, EXPONENT).reinterpretAsFloats();
  }

  private static FloatVector all(float value) {
    return FloatVector.broadcast(VectorSupport.FLOAT32, value);
  }

  static FloatVector log(FloatVector x) {
    VectorMask<Float> small = x.lt(Float.MIN_NORMAL);
    IntVector bits = x.mul(0x1p25f, small).reinterpretAsInts();
    IntVector exponent = bits.sub(ROOT_HALF_BITS).lanewise(VectorOperators.ASHR, EXPONENT);
    IntVector fraction = bits.sub(exponent.lanewise(VectorOperators.LSHL, EXPONENT));
    FloatVector f = fraction.reinterpretAsFloats().sub(1f);
    FloatVector e = (FloatVector) exponent.convert(VectorOperators.I2F, 0);
    e = e.sub(25f, small);
    FloatVector square = f.mul(f);
    FloatVector y =
        f.mul(7.0376836292e-2f)
            .add(-1.1514610310e-1f)
            .mul(f)
            .add(1.1676998740e-1f)
            .mul(f)
            .add(-1.2420140846e-1f)
            .mul(f)
            .add(1.4249322787e-1f)
            .mul(f)
            .add(-1.6668057665e-1f)
            .mul(f)
            .add(2.0000714765e-1f)
            .mul(f)
            .add(-2.4999993993e-1f)
            .mul(f)
            .add(3.3333331174e-1f)
            .mul(f)
            .mul(square)
            .add(e.mul(LN2_LOW))
            .sub(square.mul(0.5f));
    FloatVector result = f.add(y).add(e.mul(LN2_HIGH));
    // Infinity and NaN stay unchanged.
    result = result.blend(x, x.lt(Float.POSITIVE_INFINITY).not());
    result = result.blend(Float.NaN, x.lt(0f));
    return result.blend(Float.NEGATIVE_INFINITY, x.eq(0f));
  }

  /** Returns log1p as the logarithm of the sum, corrected for the rounding of the sum. */
  static FloatVector log1p(FloatVector x) {
    FloatVector sum = x.add(1f);
    FloatVector added = sum.sub(1f);
    FloatVector log = log(sum);
    FloatVector result = log.mul(x.div(added)).blend(log, added.eq(x));
    return result.blend(x, added.eq(0f));
  }

  /** Returns expm1 by W. Kahan's quotient, in which the errors of exp and log cancel. */
  static FloatVector expm1(FloatVector x) {
    FloatVector power = exp(x);
    FloatVector less = power.sub(1f);
    FloatVector result = less.mul(x).div(log(power));
    result = result.blend(less, x.abs().lt(17f).not());
    return result.blend(x, power.eq(1f));
  }

  /** Returns tanh, computed for the absolute value; then the sign is restored, also of zeros. */
  static FloatVector tanh(FloatVector x) {
    FloatVector size = x.abs();
    FloatVector rest = FloatVector.broadcast(x.species(), 2f).div(exp(size.add(size)).add(1f));
    FloatVector large = FloatVector.broadcast(x.species(), 1f).sub(rest);
    FloatVector square = size.mul(size);
    FloatVector small =
        square
            .mul(-5.70498872745e-3f)
            .add(2.06390887954e-2f)
            .mul(square)
            .add(-5.37397155531e-2f)
            .mul(square)
            .add(1.33314422036e-1f)
            .mul(square)
            .add(-3.33332819422e-1f)
            .mul(square)
            .mul(size)
            .add(size);
    IntVector bits = large.blend(small, size.lt(0.625f)).reinterpretAsInts();
    IntVector sign = x.reinterpretAsInts().lanewise(VectorOperators.AND, Integer.MIN_VALUE);
    return bits.lanewise(VectorOperators.OR, sign).reinterpretAsFloats();
  }

  /** Applies a primitive without vector code to each lane. */
  static FloatVector each(FloatVector x, Primitive primitive) {
    float[] lanes = x.toArray();
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = (float) primitive.unary().applyAsDouble(lanes[i]);
    }
    return FloatVector.fromArray(VectorSupport.FLOAT32, lanes, 0);
  }

  static FloatVector each(FloatVector x, FloatVector y, Primitive primitive) {
    float[] lanes = x.toArray();
    float[] others = y.toArray();
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = (float) primitive.binary().applyAsDouble(lanes[i], others[i]);
    }
    return FloatVector.fromArray(VectorSupport.FLOAT32, lanes, 0);
  }

  static DoubleVector each(DoubleVector x, Primitive primitive) {
    double[] lanes = x.toArray();
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = primitive.unary().applyAsDouble(lanes[i]);
    }
    return DoubleVector.fromArray(VectorSupport.FLOAT64, lanes, 0);
  }

  static DoubleVector each(DoubleVector x, DoubleVector y, Primitive primitive) {
    double[] lanes = x.toArray();
    double[] others = y.toArray();
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = primitive.binary().applyAsDouble(lanes[i], others[i]);
    }
    return DoubleVector.fromArray(VectorSupport.FLOAT64, lanes, 0);
  }
}
