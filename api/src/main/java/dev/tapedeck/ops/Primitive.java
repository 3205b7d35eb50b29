package dev.tapedeck.ops;

import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;

/**
 * The scalar functions that formulas are made of: what each computes, for floating point and whole
 * numbers, and how it hands a gradient on to its arguments.
 */
@SuppressWarnings("ImmutableEnumChecker") // the fields are stateless functions
public enum Primitive {
  ADD((x, y) -> x + y, (x, y) -> x + y, (g, self, a) -> list(g, g)),
  SUB((x, y) -> x - y, (x, y) -> x - y, (g, self, a) -> list(g, g.negate())),
  MUL((x, y) -> x * y, (x, y) -> x * y, (g, self, a) -> list(g.times(a[1]), g.times(a[0]))),
  DIV((x, y) -> x / y, null, (g, self, a) -> list(g.over(a[1]), g.times(self).over(a[1]).negate())),
  /** The quotient rounded down. */
  FLOOR_DIV((x, y) -> Math.floor(x / y), Math::floorDiv, (g, self, a) -> list(null, null)),
  /** The remainder of {@link #FLOOR_DIV}; it has the sign of the divisor, as in Python. */
  FLOOR_MOD(
      Primitive::floorMod,
      Math::floorMod,
      (g, self, a) -> list(g, g.times(Expr.apply(FLOOR_DIV, a[0], a[1])).negate())),
  POW(
      Primitive::power,
      Primitive::power,
      (g, self, a) ->
          list(
              isZero(a[1]).select(Expr.of(0), g.times(a[1]).times(a[0].pow(a[1].minus(1)))),
              Expr.of(0).lt(a[0]).select(g.times(self).times(a[0].log()), Expr.of(0)))),
  MAX(
      Math::max,
      Math::max,
      (g, self, a) -> {
        Expr first = a[1].le(a[0]);
        return list(first.select(g, Expr.of(0)), first.select(Expr.of(0), g));
      }),
  MIN(
      Math::min,
      Math::min,
      (g, self, a) -> {
        Expr first = a[0].le(a[1]);
        return list(first.select(g, Expr.of(0)), first.select(Expr.of(0), g));
      }),

  NEG(x -> -x, x -> -x, (g, self, a) -> list(g.negate())),
  ABS(Math::abs, Math::abs, (g, self, a) -> list(g.times(a[0].sign()))),
  SIGN(Math::signum, x -> Long.signum(x), (g, self, a) -> list((Expr) null)),
  FLOOR(Math::floor, x -> x, (g, self, a) -> list((Expr) null)),
  CEIL(Math::ceil, x -> x, (g, self, a) -> list((Expr) null)),
  /** To the nearest whole number, halves to the even one. */
  ROUND(Math::rint, x -> x, (g, self, a) -> list((Expr) null)),
  SQRT(Math::sqrt, null, (g, self, a) -> list(g.times(0.5).over(self))),
  EXP(Math::exp, null, (g, self, a) -> list(g.times(self))),
  LOG(Math::log, null, (g, self, a) -> list(g.over(a[0]))),
  LOG1P(Primitive::log1p, null, (g, self, a) -> list(g.over(a[0].plus(1)))),
  SIN(Math::sin, null, (g, self, a) -> list(g.times(cosine(a[0])))),
  COS(Math::cos, null, (g, self, a) -> list(g.times(Expr.apply(SIN, a[0])).negate())),
  TANH(Math::tanh, null, (g, self, a) -> list(g.times(Expr.of(1).minus(self.square())))),

  LT((x, y) -> x < y ? 1 : 0, (x, y) -> x < y ? 1 : 0, (g, self, a) -> list(null, null)),
  LE((x, y) -> x <= y ? 1 : 0, (x, y) -> x <= y ? 1 : 0, (g, self, a) -> list(null, null)),
  EQ((x, y) -> x == y ? 1 : 0, (x, y) -> x == y ? 1 : 0, (g, self, a) -> list(null, null)),
  NE((x, y) -> x != y ? 1 : 0, (x, y) -> x != y ? 1 : 0, (g, self, a) -> list(null, null)),
  AND(null, (x, y) -> x & y, (g, self, a) -> list(null, null)),
  OR(null, (x, y) -> x | y, (g, self, a) -> list(null, null)),
  XOR(null, (x, y) -> x ^ y, (g, self, a) -> list(null, null)),
  NOT((DoubleUnaryOperator) null, x -> 1 - x, (g, self, a) -> list((Expr) null)),
  /** The second argument where the first is true, else the third. */
  SELECT(
      (DoubleBinaryOperator) null,
      null,
      (g, self, a) -> list(null, a[0].select(g, Expr.of(0)), a[0].select(Expr.of(0), g)));

  /** Hands a gradient on to the arguments: null where an argument has none. */
  @FunctionalInterface
  interface Chain {
    Expr[] back(Expr gradient, Expr self, Expr... arguments);
  }

  private final DoubleUnaryOperator unary;
  private final DoubleBinaryOperator binary;
  private final LongUnaryOperator wholeUnary;
  private final LongBinaryOperator wholeBinary;
  private final Chain chain;

  Primitive(DoubleUnaryOperator unary, LongUnaryOperator whole, Chain chain) {
    this.unary = unary;
    this.binary = null;
    this.wholeUnary = whole;
    this.wholeBinary = null;
    this.chain = chain;
  }

  Primitive(DoubleBinaryOperator binary, LongBinaryOperator whole, Chain chain) {
    this.unary = null;
    this.binary = binary;
    this.wholeUnary = null;
    this.wholeBinary = whole;
    this.chain = chain;
  }

  private static Expr[] list(Expr... gradients) {
    return gradients;
  }

  /** Returns whether the result is a bool. */
  public boolean isLogical() {
    return switch (this) {
      case LT, LE, EQ, NE, AND, OR, XOR, NOT -> true;
      default -> false;
    };
  }

  /** Returns the result for floating point arguments; 0 and 1 stand for false and true. */
  public double of(double... x) {
    return switch (x.length) {
      case 1 -> unary.applyAsDouble(x[0]);
      case 2 -> binary.applyAsDouble(x[0], x[1]);
      default -> x[0] != 0 ? x[1] : x[2];
    };
  }

  /** Returns the function of two floating point arguments. */
  public DoubleBinaryOperator binary() {
    return binary;
  }

  /** Returns the function of one floating point argument. */
  public DoubleUnaryOperator unary() {
    return unary;
  }

  /** Returns the function of two whole numbers, which throws where the quotient has no value. */
  public LongBinaryOperator wholeBinary() {
    return wholeBinary;
  }

  /** Returns the function of one whole number. */
  public LongUnaryOperator wholeUnary() {
    return wholeUnary;
  }

  Chain chain() {
    return chain;
  }

  /** For the power, which comes before it. */
  private static Expr isZero(Expr x) {
    return Expr.apply(EQ, x, Expr.of(0));
  }

  /** For the sine, which comes before it. */
  private static Expr cosine(Expr x) {
    return Expr.apply(COS, x);
  }

  private static double floorMod(double x, double y) {
    double remainder = x % y;
    return remainder != 0 && (remainder < 0) != (y < 0) ? remainder + y : remainder;
  }

  /** As C and NumPy have it: Java's own is NaN for {@code 1 ** NaN} and {@code (-1) ** inf}. */
  private static double power(double base, double exponent) {
    return base == 1 || (base == -1 && Double.isInfinite(exponent)) ? 1 : Math.pow(base, exponent);
  }

  /** Several times as fast as Java's own, and within a few units of the last place. */
  private static double log1p(double x) {
    double sum = 1 + x;
    double added = sum - 1;
    return added == 0 ? x : added == x ? Math.log(sum) : Math.log(sum) * (x / added);
  }

  private static long power(long base, long exponent) {
    if (exponent < 0) {
      throw new ArithmeticException("negative exponent " + exponent);
    }
    long result = 1;
    for (long factor = base, rest = exponent; rest > 0; rest >>= 1, factor *= factor) {
      result = (rest & 1) == 1 ? result * factor : result;
    }
    return result;
  }
}
