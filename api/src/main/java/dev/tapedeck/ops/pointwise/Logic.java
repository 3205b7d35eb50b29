package dev.tapedeck.ops.pointwise;

import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.ops.expr.Primitive;
import dev.tapedeck.tensor.Tensor;

/** Comparisons and tests, which return bool tensors, logical ops, and selection by a condition. */
public final class Logic {
  private static final Pointwise EQUAL = equality("equal", Primitive.EQ);
  private static final Pointwise NOT_EQUAL = equality("notEqual", Primitive.NE);
  private static final Pointwise LESS =
      new Pointwise(Pointwise.Types.ORDER, Formula.of("less", (x, y) -> x.lt(y)));
  private static final Pointwise LESS_EQUAL =
      new Pointwise(Pointwise.Types.ORDER, Formula.of("lessEqual", (x, y) -> x.le(y)));
  private static final Pointwise GREATER =
      new Pointwise(Pointwise.Types.ORDER, Formula.of("greater", (x, y) -> y.lt(x)));
  private static final Pointwise GREATER_EQUAL =
      new Pointwise(Pointwise.Types.ORDER, Formula.of("greaterEqual", (x, y) -> y.le(x)));
  private static final Pointwise AND = logical("logicalAnd", Primitive.AND);
  private static final Pointwise OR = logical("logicalOr", Primitive.OR);
  private static final Pointwise XOR = logical("logicalXor", Primitive.XOR);
  private static final Pointwise NOT = logical("logicalNot", Primitive.NOT);
  private static final Pointwise WHERE =
      new Pointwise(Pointwise.Types.CHOICE, Formula.of("where", Primitive.SELECT));
  private static final Pointwise IS_NAN = test("isNan", x -> Expr.apply(Primitive.NE, x, x));
  private static final Pointwise IS_INF = test("isInf", x -> x.abs().eq(Double.POSITIVE_INFINITY));
  private static final Pointwise IS_FINITE =
      test("isFinite", x -> x.abs().lt(Double.POSITIVE_INFINITY));

  private Logic() {}

  private static Pointwise equality(String name, Primitive primitive) {
    return new Pointwise(Pointwise.Types.EQUALITY, Formula.of(name, primitive));
  }

  private static Pointwise logical(String name, Primitive primitive) {
    return new Pointwise(Pointwise.Types.LOGICAL, Formula.of(name, primitive));
  }

  private static Pointwise test(String name, Formula.Unary body) {
    return new Pointwise(Pointwise.Types.TEST, Formula.of(name, body));
  }

  /** Returns where two tensors are equal; NaN equals nothing. */
  public static Tensor equal(Object x, Object y) {
    return EQUAL.of(x, y);
  }

  /** Returns where two tensors differ. */
  public static Tensor notEqual(Object x, Object y) {
    return NOT_EQUAL.of(x, y);
  }

  /** Returns where {@code x < y}. */
  public static Tensor less(Object x, Object y) {
    return LESS.of(x, y);
  }

  /** Returns where {@code x <= y}. */
  public static Tensor lessEqual(Object x, Object y) {
    return LESS_EQUAL.of(x, y);
  }

  /** Returns where {@code x > y}. */
  public static Tensor greater(Object x, Object y) {
    return GREATER.of(x, y);
  }

  /** Returns where {@code x >= y}. */
  public static Tensor greaterEqual(Object x, Object y) {
    return GREATER_EQUAL.of(x, y);
  }

  /** Returns where floating point numbers are NaN. */
  public static Tensor isNan(Object x) {
    return IS_NAN.of(x);
  }

  /** Returns where floating point numbers are infinite, of either sign. */
  public static Tensor isInf(Object x) {
    return IS_INF.of(x);
  }

  /** Returns where floating point numbers are neither NaN nor infinite. */
  public static Tensor isFinite(Object x) {
    return IS_FINITE.of(x);
  }

  /** Returns where both are true. */
  public static Tensor logicalAnd(Object x, Object y) {
    return AND.of(x, y);
  }

  /** Returns where at least one is true. */
  public static Tensor logicalOr(Object x, Object y) {
    return OR.of(x, y);
  }

  /** Returns where exactly one is true. */
  public static Tensor logicalXor(Object x, Object y) {
    return XOR.of(x, y);
  }

  /** Returns true for false and false for true. */
  public static Tensor logicalNot(Object x) {
    return NOT.of(x);
  }

  /** Returns {@code x} where the condition is true, else {@code y}; all three broadcast. */
  public static Tensor where(Object condition, Object x, Object y) {
    return WHERE.of(condition, x, y);
  }
}
