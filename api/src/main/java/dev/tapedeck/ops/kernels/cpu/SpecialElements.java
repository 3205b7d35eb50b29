package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.ops.expr.Primitive;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * Functions of single elements, for arguments that are too rare or too difficult for vectors.
 *
 * <p>Each element is replaced or not by itself: results do not depend on neighbours.
 */
final class SpecialElements {
  private SpecialElements() {}

  static float of(float x, Primitive primitive) {
    return (float) of((double) x, primitive);
  }

  static float of(float x, float y, Primitive primitive) {
    return (float) of((double) x, (double) y, primitive);
  }

  static double of(double x, double y, Primitive primitive) {
    return primitive.binary().applyAsDouble(x, y);
  }

  static double of(double x, Primitive primitive) {
    return switch (primitive) {
      // Defined to the last bit, unlike those of Math.
      case SIN -> StrictMath.sin(x);
      case COS -> StrictMath.cos(x);
      case TAN -> StrictMath.tan(x);
      default -> primitive.unary().applyAsDouble(x);
    };
  }

  static float replace(float result, boolean special, Primitive primitive, float x) {
    return special ? of(x, primitive) : result;
  }

  static float replace(float result, boolean special, Primitive primitive, float x, float y) {
    return special ? of(x, y, primitive) : result;
  }

  static double replace(double result, boolean special, Primitive primitive, double x) {
    return special ? of(x, primitive) : result;
  }

  static double replace(double result, boolean special, Primitive primitive, double x, double y) {
    return special ? of(x, y, primitive) : result;
  }

  static FloatVector replace(
      FloatVector results, VectorMask<?> special, Primitive primitive, FloatVector x) {
    if (!special.anyTrue()) {
      return results;
    }
    float[] replaced = results.toArray();
    for (int i = 0; i < replaced.length; i++) {
      replaced[i] = replace(replaced[i], special.laneIsSet(i), primitive, x.lane(i));
    }
    return FloatVector.fromArray(VectorSupport.FLOAT32, replaced, 0);
  }

  static FloatVector replace(
      FloatVector results,
      VectorMask<?> special,
      Primitive primitive,
      FloatVector x,
      FloatVector y) {
    if (!special.anyTrue()) {
      return results;
    }
    float[] replaced = results.toArray();
    for (int i = 0; i < replaced.length; i++) {
      replaced[i] = replace(replaced[i], special.laneIsSet(i), primitive, x.lane(i), y.lane(i));
    }
    return FloatVector.fromArray(VectorSupport.FLOAT32, replaced, 0);
  }

  static DoubleVector replace(
      DoubleVector results, VectorMask<?> special, Primitive primitive, DoubleVector x) {
    if (!special.anyTrue()) {
      return results;
    }
    double[] replaced = results.toArray();
    for (int i = 0; i < replaced.length; i++) {
      replaced[i] = replace(replaced[i], special.laneIsSet(i), primitive, x.lane(i));
    }
    return DoubleVector.fromArray(VectorSupport.FLOAT64, replaced, 0);
  }

  static DoubleVector replace(
      DoubleVector results,
      VectorMask<?> special,
      Primitive primitive,
      DoubleVector x,
      DoubleVector y) {
    if (!special.anyTrue()) {
      return results;
    }
    double[] replaced = results.toArray();
    for (int i = 0; i < replaced.length; i++) {
      replaced[i] = replace(replaced[i], special.laneIsSet(i), primitive, x.lane(i), y.lane(i));
    }
    return DoubleVector.fromArray(VectorSupport.FLOAT64, replaced, 0);
  }

  /** Applies a primitive to each lane. */
  static FloatVector of(FloatVector x, Primitive primitive) {
    float[] lanes = x.toArray();
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = of(lanes[i], primitive);
    }
    return FloatVector.fromArray(VectorSupport.FLOAT32, lanes, 0);
  }

  static FloatVector of(FloatVector x, FloatVector y, Primitive primitive) {
    float[] lanes = x.toArray();
    float[] others = y.toArray();
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = of(lanes[i], others[i], primitive);
    }
    return FloatVector.fromArray(VectorSupport.FLOAT32, lanes, 0);
  }

  static DoubleVector of(DoubleVector x, Primitive primitive) {
    double[] lanes = x.toArray();
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = of(lanes[i], primitive);
    }
    return DoubleVector.fromArray(VectorSupport.FLOAT64, lanes, 0);
  }

  static DoubleVector of(DoubleVector x, DoubleVector y, Primitive primitive) {
    double[] lanes = x.toArray();
    double[] others = y.toArray();
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = of(lanes[i], others[i], primitive);
    }
    return DoubleVector.fromArray(VectorSupport.FLOAT64, lanes, 0);
  }
}
