package dev.tapedeck.onnx;

import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.ops.expr.Primitive;
import dev.tapedeck.tensor.DType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * The forms of pointwise ops: of known activations one node, of other formulas their primitives.
 */
final class PointwiseRows {
  private final Emitter to;
  private final Step step;
  private final DType numbers;
  private final Map<Expr, Value> known = new IdentityHashMap<>();
  private final Map<List<Object>, Value> equal = new HashMap<>();

  private PointwiseRows(Emitter to, Step step, DType numbers) {
    this.to = to;
    this.step = step;
    this.numbers = numbers;
  }

  static Value write(Emitter to, Step step, List<Value> in) {
    Formula formula = ((Pointwise) step.node().op()).formula();
    Value activation = ActivationRows.write(to, formula, in);
    return activation == null ? formula(to, step, formula, in) : activation;
  }

  private static Value formula(Emitter to, Step step, Formula formula, List<Value> in) {
    DType numbers =
        in.stream()
            .map(Value::dtype)
            .filter(dtype -> dtype != DType.BOOL)
            .findFirst()
            .orElse(DType.BOOL);
    Value made = new PointwiseRows(to, step, numbers).all(formula.body(), in);
    // A formula may be a constant, or use fewer inputs than the op broadcasts.
    return made.shape().equals(step.output().shape())
        ? made
        : to.expand(made, step.output(), sizes(to, in));
  }

  /** Returns the sizes of the inputs broadcast together. */
  private static Value sizes(Emitter to, List<Value> in) {
    Value sum = null;
    for (Value value : in) {
      Value zeros = to.pointwise("Mul", to.cast(value, DType.INT64), to.number(0, DType.INT64));
      sum = sum == null ? zeros : to.pointwise("Add", sum, zeros);
    }
    return to.shapeOf(sum);
  }

  private Value all(Expr body, List<Value> in) {
    for (Expr node : body.nodes().reversed()) {
      known.put(
          node,
          switch (node) {
            case Expr.Input(int index) -> in.get(index);
            case Expr.Constant(double value) -> to.number(value, numbers);
            case Expr.Apply call -> {
              List<Value> arguments = call.arguments().stream().map(known::get).toList();
              List<Object> key = new ArrayList<>(arguments);
              key.add(call.primitive());
              Value present = equal.get(key);
              Value made = present == null ? apply(call.primitive(), arguments) : present;
              equal.put(key, made);
              yield made;
            }
          });
    }
    return known.get(body);
  }

  private Value apply(Primitive primitive, List<Value> arguments) {
    Value x = arguments.getFirst();
    Value y = arguments.size() > 1 ? arguments.get(1) : null;
    return switch (primitive) {
      case ADD -> to.pointwise("Add", x, y);
      case SUB -> to.pointwise("Sub", x, y);
      case MUL -> to.pointwise("Mul", x, y);
      case DIV -> to.pointwise("Div", x, y);
      case XMULY -> to.where(isZero(x), x, to.pointwise("Mul", x, y));
      case XDIVY -> to.where(isZero(x), x, to.pointwise("Div", x, y));
      case MUL_NO_NAN ->
          to.where(to.test("Or", isZero(x), isZero(y)), to.like(x, 0), to.pointwise("Mul", x, y));
      case FLOOR_DIV -> floorDiv(x, y);
      case FLOOR_MOD -> floorMod(x, y);
      case POW -> to.cast(to.pointwise("Pow", to.wide(x), to.wide(y)), numbers);
      case MAX -> to.pointwise("Max", x, y);
      case MIN -> to.pointwise("Min", x, y);
      case HYPOT -> hypot(one("Abs", x), one("Abs", y));
      case ATAN2 -> atan2(x, y);
      case NEG -> to.cast(one("Neg", to.wide(x)), numbers);
      case ABS -> one("Abs", x);
      case SIGN -> one("Sign", x);
      case FLOOR -> rounded("Floor", x);
      case CEIL -> rounded("Ceil", x);
      case ROUND -> rounded("Round", x);
      case TRUNC ->
          numbers.isFloating()
              ? to.pointwise("Mul", one("Sign", x), one("Floor", one("Abs", x)))
              : x;
      case SQRT -> one("Sqrt", x);
      case CBRT ->
          to.pointwise(
              "Mul", one("Sign", x), to.pointwise("Pow", one("Abs", x), to.like(x, 1. / 3)));
      case EXP -> one("Exp", x);
      case EXPM1 -> expm1(x);
      case LOG -> one("Log", x);
      case LOG2 -> to.pointwise("Mul", one("Log", x), to.like(x, 1 / Math.log(2)));
      case LOG10 -> to.pointwise("Mul", one("Log", x), to.like(x, 1 / Math.log(10)));
      case LOG1P -> log1p(x);
      case SIN -> one("Sin", x);
      case COS -> one("Cos", x);
      case TAN -> one("Tan", x);
      case ASIN -> one("Asin", x);
      case ACOS -> one("Acos", x);
      case ATAN -> one("Atan", x);
      case SINH -> one("Sinh", x);
      case COSH -> one("Cosh", x);
      case TANH -> one("Tanh", x);
      case TANH_SHRINK -> to.pointwise("Sub", x, one("Tanh", x));
      case ASINH -> one("Asinh", x);
      case ACOSH -> one("Acosh", x);
      case ATANH -> one("Atanh", x);
      case SIGMOID -> one("Sigmoid", x);
      case SOFTPLUS -> one("Softplus", x);
      case ERF -> one("Erf", x);
      case ERFC -> to.pointwise("Sub", to.like(x, 1), one("Erf", x));
      case LT -> to.test("Less", x, y);
      case LE -> to.test("LessOrEqual", x, y);
      case EQ -> to.test("Equal", x, y);
      case NE -> one("Not", to.test("Equal", x, y));
      case AND -> to.pointwise("And", x, y);
      case OR -> to.pointwise("Or", x, y);
      case XOR -> to.pointwise("Xor", x, y);
      case NOT -> one("Not", x);
      case SELECT -> to.where(x, y, arguments.get(2));
      case BIT_AND -> to.pointwise("BitwiseAnd", x, y);
      case BIT_OR -> to.pointwise("BitwiseOr", x, y);
      case BIT_XOR -> to.pointwise("BitwiseXor", x, y);
      case BIT_NOT -> one("BitwiseNot", x);
      case ERFINV, LGAMMA, POLYGAMMA, SHIFT_LEFT, SHIFT_RIGHT ->
          throw to.refused(
              step,
              "needs functions that ONNX has",
              primitive,
              "export the part of the model before or after it");
    };
  }

  private Value one(String type, Value x) {
    return to.node(type, x.spec(), x);
  }

  private Value rounded(String type, Value x) {
    return numbers.isFloating() ? one(type, x) : x;
  }

  private Value isZero(Value x) {
    return to.test("Equal", x, to.like(x, 0));
  }

  private Value isNegative(Value x) {
    return to.test("Less", x, to.like(x, 0));
  }

  private Value isInfinite(Value size) {
    return to.test("Equal", size, to.like(size, Double.POSITIVE_INFINITY));
  }

  private Value floorDiv(Value x, Value y) {
    if (numbers.isFloating()) {
      // float32's would round a quotient just below a whole number up to it.
      Value quotient = to.pointwise("Div", to.cast(x, DType.FLOAT64), to.cast(y, DType.FLOAT64));
      return to.cast(one("Floor", quotient), numbers);
    }
    // ONNX's quotient of whole numbers is rounded towards 0.
    Value quotient = to.pointwise("Div", x, y);
    Value negative = to.test("Xor", isNegative(x), isNegative(y));
    Value above = to.test("And", negative, one("Not", isZero(floorMod(x, y))));
    return to.pointwise("Sub", quotient, to.cast(above, numbers));
  }

  private Value floorMod(Value x, Value y) {
    if (!numbers.isFloating()) {
      return to.pointwise("Mod", x, y);
    }
    Value rest = to.node("Mod", to.pointwise("Sub", x, y).spec(), Map.of("fmod", 1L), x, y);
    Value other = to.test("Xor", isNegative(rest), isNegative(y));
    Value wrong = to.test("And", one("Not", isZero(rest)), other);
    return to.where(wrong, to.pointwise("Add", rest, y), rest);
  }

  /** Writes {@code exp(x) - 1} as {@code tanh(x / 2) * (exp(x) + 1)}, exact near 0. */
  private Value expm1(Value x) {
    Value half = one("Tanh", to.pointwise("Mul", x, to.like(x, 0.5)));
    return to.pointwise("Mul", half, to.pointwise("Add", one("Exp", x), to.like(x, 1)));
  }

  /** Writes {@code log(1 + x)}, near 0 as {@code 2 atanh(x / (x + 2))}. */
  private Value log1p(Value x) {
    Value ratio = to.pointwise("Div", x, to.pointwise("Add", x, to.like(x, 2)));
    Value near = to.pointwise("Mul", one("Atanh", ratio), to.like(x, 2));
    Value far = one("Log", to.pointwise("Add", x, to.like(x, 1)));
    return to.where(to.test("Less", one("Abs", x), to.like(x, 0.5)), near, far);
  }

  /** Writes the root of the sum of squares of numbers of 0 or more, without overflow. */
  private Value hypot(Value x, Value y) {
    Value most = to.pointwise("Max", x, y);
    Value least = to.pointwise("Min", x, y);
    Value ratio = to.where(isZero(least), least, to.pointwise("Div", least, most));
    Value square = to.pointwise("Mul", ratio, ratio);
    Value root = one("Sqrt", to.pointwise("Add", square, to.like(x, 1)));
    Value infinite = to.test("Or", isInfinite(x), isInfinite(y));
    return to.where(
        infinite, to.like(x, Double.POSITIVE_INFINITY), to.pointwise("Mul", most, root));
  }

  /** Writes the angle from that of the first quadrant; two zeros or infinities are as 0 or 1. */
  private Value atan2(Value y, Value x) {
    Value height = one("Abs", y);
    Value width = one("Abs", x);
    Value equal = to.test("Equal", height, width);
    Value slope = to.where(equal, one("Sign", height), to.pointwise("Div", height, width));
    Value angle = one("Atan", slope);
    Value upper = to.where(hasMinus(x), to.pointwise("Sub", to.like(x, Math.PI), angle), angle);
    return to.where(hasMinus(y), one("Neg", upper), upper);
  }

  /** Returns whether a number is negative, or a zero with a minus, whose inverse is. */
  private Value hasMinus(Value x) {
    Value inverse = to.pointwise("Div", to.like(x, 1), x);
    return to.test("Or", isNegative(x), isNegative(inverse));
  }
}
