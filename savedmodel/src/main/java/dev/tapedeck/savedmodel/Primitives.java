package dev.tapedeck.savedmodel;

import dev.tapedeck.ops.expr.Primitive;
import dev.tapedeck.tensor.DType;
import java.util.List;

/** TensorFlow's nodes for the primitives of formulas. */
final class Primitives {
  private Primitives() {}

  /** Writes a primitive, of a type that TensorFlow's op lacks in a wider one. */
  static Value write(Emitter to, Primitive primitive, List<Value> a) {
    DType dtype = a.getFirst().dtype();
    DType wide = wide(primitive, dtype);
    return wide == dtype
        ? node(to, primitive, a)
        : to.cast(node(to, primitive, a.stream().map(x -> to.cast(x, wide)).toList()), dtype);
  }

  private static DType wide(Primitive primitive, DType dtype) {
    boolean unsigned = dtype == DType.UINT8 || dtype == DType.UINT16;
    boolean half = dtype == DType.FLOAT16 || dtype == DType.BFLOAT16;
    return switch (primitive) {
      case POW, NEG, ABS, SIGN -> unsigned ? DType.INT32 : dtype;
      case ERFINV, POLYGAMMA -> half ? DType.FLOAT32 : dtype;
      case FLOOR_DIV -> dtype.isFloating() ? DType.FLOAT64 : dtype; // rounds no quotient up
      default -> dtype;
    };
  }

  private static Value node(Emitter to, Primitive primitive, List<Value> a) {
    Value x = a.getFirst();
    boolean whole = !x.dtype().isFloating();
    return switch (primitive) {
      case ADD -> to.add(x, a.get(1));
      case SUB -> to.sub(x, a.get(1));
      case MUL -> to.mul(x, a.get(1));
      case DIV -> to.binary("RealDiv", x, a.get(1));
      case XMULY -> to.binary("MulNoNan", a.get(1), x);
      case XDIVY -> to.binary("Xdivy", x, a.get(1));
      case MUL_NO_NAN ->
          to.select(
              to.compare("Equal", x, to.like(x, 0)),
              to.like(x, 0),
              to.binary("MulNoNan", x, a.get(1)));
      case FLOOR_DIV -> to.binary("FloorDiv", x, a.get(1));
      case FLOOR_MOD -> to.binary("FloorMod", x, a.get(1));
      case POW -> to.binary("Pow", x, a.get(1));
      case MAX -> to.binary("Maximum", x, a.get(1));
      case MIN -> to.binary("Minimum", x, a.get(1));
      case HYPOT -> hypot(to, to.unary("Abs", "y", x), to.unary("Abs", "y", a.get(1)));
      case ATAN2 -> to.binary("Atan2", x, a.get(1));
      case NEG -> to.unary("Neg", "y", x);
      case ABS -> to.unary("Abs", "y", x);
      case SIGN -> to.unary("Sign", "y", x);
      case FLOOR -> whole ? x : to.unary("Floor", "y", x);
      case CEIL -> whole ? x : to.unary("Ceil", "y", x);
      case ROUND -> whole ? x : to.unary("Round", "y", x);
      case TRUNC ->
          whole
              ? x
              : to.select(
                  to.compare("Less", x, to.like(x, 0)),
                  to.unary("Ceil", "y", x),
                  to.unary("Floor", "y", x));
      case SQRT -> to.unary("Sqrt", "y", x);
      case CBRT ->
          to.mul(
              to.unary("Sign", "y", x),
              to.binary("Pow", to.unary("Abs", "y", x), to.like(x, 1 / 3.0)));
      case EXP -> to.unary("Exp", "y", x);
      case EXPM1 -> to.unary("Expm1", "y", x);
      case LOG -> to.unary("Log", "y", x);
      case LOG2 -> to.mul(to.unary("Log", "y", x), to.like(x, 1 / Math.log(2)));
      case LOG10 -> to.mul(to.unary("Log", "y", x), to.like(x, 1 / Math.log(10)));
      case LOG1P -> to.unary("Log1p", "y", x);
      case SIN -> to.unary("Sin", "y", x);
      case COS -> to.unary("Cos", "y", x);
      case TAN -> to.unary("Tan", "y", x);
      case ASIN -> to.unary("Asin", "y", x);
      case ACOS -> to.unary("Acos", "y", x);
      case ATAN -> to.unary("Atan", "y", x);
      case SINH -> to.unary("Sinh", "y", x);
      case COSH -> to.unary("Cosh", "y", x);
      case TANH -> to.unary("Tanh", "y", x);
      case TANH_SHRINK -> to.sub(x, to.unary("Tanh", "y", x));
      case ASINH -> to.unary("Asinh", "y", x);
      case ACOSH -> to.unary("Acosh", "y", x);
      case ATANH -> to.unary("Atanh", "y", x);
      case SIGMOID -> to.unary("Sigmoid", "y", x);
      case SOFTPLUS -> to.unary("Softplus", "activations", x);
      case ERF -> to.unary("Erf", "y", x);
      case ERFC -> to.unary("Erfc", "y", x);
      case ERFINV -> to.unary("Erfinv", "y", x);
      case LGAMMA -> to.unary("Lgamma", "y", x);
      case POLYGAMMA -> to.binary("Polygamma", x, a.get(1));
      case LT -> to.compare("Less", x, a.get(1));
      case LE -> to.compare("LessEqual", x, a.get(1));
      case EQ -> to.compare("Equal", x, a.get(1));
      case NE -> to.compare("NotEqual", x, a.get(1));
      case AND -> to.logical("LogicalAnd", x, a.get(1));
      case OR -> to.logical("LogicalOr", x, a.get(1));
      case XOR -> to.compare("NotEqual", x, a.get(1));
      case NOT -> to.not(x);
      case SELECT -> to.select(bool(to, x), a.get(1), a.get(2));
      case BIT_AND -> to.binary("BitwiseAnd", x, a.get(1));
      case BIT_OR -> to.binary("BitwiseOr", x, a.get(1));
      case BIT_XOR -> to.binary("BitwiseXor", x, a.get(1));
      case BIT_NOT -> to.unary("Invert", "y", x);
      case SHIFT_LEFT -> to.binary("LeftShift", x, a.get(1));
      case SHIFT_RIGHT -> to.binary("RightShift", x, a.get(1));
    };
  }

  private static Value bool(Emitter to, Value x) {
    return x.dtype() == DType.BOOL ? x : to.compare("NotEqual", x, to.like(x, 0));
  }

  /** Returns the root of the sum of squares of numbers of 0 or more, without overflow. */
  private static Value hypot(Emitter to, Value x, Value y) {
    Value most = to.binary("Maximum", x, y);
    Value least = to.binary("Minimum", x, y);
    Value ratio = to.binary("Xdivy", least, most);
    Value root = to.unary("Sqrt", "y", to.add(to.mul(ratio, ratio), to.like(x, 1)));
    Value infinity = to.like(x, Double.POSITIVE_INFINITY);
    Value infinite =
        to.logical("LogicalOr", to.compare("Equal", x, infinity), to.compare("Equal", y, infinity));
    return to.select(infinite, infinity, to.mul(most, root));
  }
}
