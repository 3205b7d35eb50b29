package dev.tapedeck.ops.kernels.cpu;

import dev.tapedeck.ops.expr.Primitive;
import dev.tapedeck.ops.kernels.cpu.LoopFrame.Value;

/**
 * The elementary functions that consist of {@link Arithmetic}.
 *
 * <p>They are emitted into loops: of vectors, and of single elements with the same bits. Their
 * polynomials interpolate in Chebyshev's points, unless a source is named.
 */
final class Functions {
  private Functions() {}

  /** Returns whether a primitive is a function here. */
  static boolean has(Primitive primitive) {
    return switch (primitive) {
      case EXP, EXPM1, SINH, COSH, TANH, LOG, LOG2, LOG10, LOG1P, ASINH, ACOSH, ATANH -> true;
      case SIN, COS, TAN, ASIN, ACOS, ATAN, ATAN2 -> true;
      case POW, CBRT, HYPOT, FLOOR_DIV, FLOOR_MOD, ERF, ERFC, ERFINV, LGAMMA -> true;
      default -> false;
    };
  }

  /** Returns whether a function is computed in float32 for such numbers; others are in float64. */
  static boolean hasFloat32(Primitive primitive) {
    return switch (primitive) {
      case EXP, EXPM1, LOG, LOG1P, TANH, SIN, COS, ERF, ERFC, FLOOR_MOD -> true;
      default -> false;
    };
  }

  /** Returns about how many instructions a primitive has; 1 for what is no function. */
  static int instructions(Primitive primitive) {
    return switch (primitive) {
      case EXP, SIGMOID -> 25;
      case EXPM1, SINH, COSH, TANH, LOG, LOG1P, LOG2, LOG10, SOFTPLUS -> 50;
      case POW, ERFINV, LGAMMA -> 150;
      default -> has(primitive) ? 75 : 1;
    };
  }

  /** Emits a function and returns its value. */
  static Value of(Primitive primitive, Arithmetic arithmetic, Value... arguments) {
    Term x = new Term(arithmetic, arguments[0]);
    Term y = arguments.length == 1 ? null : new Term(arithmetic, arguments[1]);
    return of(primitive, x, y).value();
  }

  /**
   * Emits a function of float32 numbers given in float64, to which only float32's digits matter;
   * {@link #completed} makes the result the function's.
   */
  static Value ofNarrow(Primitive primitive, Arithmetic arithmetic, Value... arguments) {
    Term x = new Term(arithmetic, arguments[0]);
    return switch (primitive) {
      case POW -> PowerFunctions.powOfSizeNarrow(x, new Term(arithmetic, arguments[1])).value();
      case LGAMMA -> GammaFunctions.lgammaNarrow(x).value();
      default -> of(primitive, arithmetic, arguments);
    };
  }

  /** Emits what remains to be done in float32 with a result that was computed in float64. */
  static Value completed(
      Primitive primitive, Arithmetic arithmetic, Value result, Value... arguments) {
    return primitive == Primitive.POW
        ? PowerFunctions.ofBase(
                new Term(arithmetic, arguments[0]),
                new Term(arithmetic, arguments[1]),
                new Term(arithmetic, result))
            .value()
        : result;
  }

  private static Term of(Primitive primitive, Term x, Term y) {
    return switch (primitive) {
      case EXP -> ExponentialFunctions.exp(x);
      case EXPM1 -> ExponentialFunctions.expm1(x);
      case SINH -> ExponentialFunctions.sinh(x);
      case COSH -> ExponentialFunctions.cosh(x);
      case TANH -> ExponentialFunctions.tanh(x);
      case LOG -> LogarithmicFunctions.log(x);
      case LOG2 -> LogarithmicFunctions.log2(x);
      case LOG10 -> LogarithmicFunctions.log10(x);
      case LOG1P -> LogarithmicFunctions.log1p(x);
      case ASINH -> LogarithmicFunctions.asinh(x);
      case ACOSH -> LogarithmicFunctions.acosh(x);
      case ATANH -> LogarithmicFunctions.atanh(x);
      case SIN -> TrigonometricFunctions.sin(x);
      case COS -> TrigonometricFunctions.cos(x);
      case TAN -> TrigonometricFunctions.tan(x);
      case ASIN -> InverseTrigonometricFunctions.asin(x);
      case ACOS -> InverseTrigonometricFunctions.acos(x);
      case ATAN -> InverseTrigonometricFunctions.atan(x);
      case ATAN2 -> InverseTrigonometricFunctions.atan2(x, y);
      case POW -> PowerFunctions.pow(x, y);
      case CBRT -> PowerFunctions.cbrt(x);
      case HYPOT -> PowerFunctions.hypot(x, y);
      case FLOOR_DIV -> PowerFunctions.floorDiv(x, y);
      case FLOOR_MOD -> PowerFunctions.floorMod(x, y);
      case ERF -> ErrorFunctions.erf(x);
      case ERFC -> ErrorFunctions.erfc(x);
      case ERFINV -> ErrorFunctions.erfinv(x);
      case LGAMMA -> GammaFunctions.lgamma(x);
      default -> throw new IllegalStateException("functions: no " + primitive);
    };
  }
}
