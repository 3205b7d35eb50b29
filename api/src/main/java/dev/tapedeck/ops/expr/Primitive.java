package dev.tapedeck.ops.expr;

import dev.tapedeck.tensor.DType;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;
import org.apache.commons.numbers.gamma.Erf;
import org.apache.commons.numbers.gamma.Erfc;
import org.apache.commons.numbers.gamma.InverseErf;

/**
 * The scalar functions that formulas consist of: the value of each, for floating point and whole
 * numbers, and the gradients of its arguments.
 *
 * <p>A gradient of 0 stays 0 where the derivative is infinite or NaN at a finite argument, as that
 * of the square root at 0: such derivatives are applied by {@link #XMULY} and {@link #XDIVY}.
 */
@SuppressWarnings("ImmutableEnumChecker") // the fields are stateless functions
public enum Primitive {
  ADD((x, y) -> x + y, (x, y) -> x + y, (g, self, a) -> list(g, g)),
  SUB((x, y) -> x - y, (x, y) -> x - y, (g, self, a) -> list(g, g.negate())),
  MUL((x, y) -> x * y, (x, y) -> x * y, (g, self, a) -> list(g.times(a[1]), g.times(a[0]))),
  DIV(
      (x, y) -> x / y,
      null,
      (g, self, a) -> list(g.xdivy(a[1]), g.xmuly(self).xdivy(a[1]).negate())),
  /** The product; 0 where the first factor is 0, whatever the second. */
  XMULY((x, y) -> x == 0 ? x : x * y, null, (g, self, a) -> list(g.xmuly(a[1]), g.mulNoNan(a[0]))),
  /** The quotient; 0 where the dividend is 0, whatever the divisor. */
  XDIVY(
      (x, y) -> x == 0 ? x : x / y,
      null,
      (g, self, a) -> list(g.xdivy(a[1]), g.mulNoNan(self).xdivy(a[1]).negate())),
  /** The product; 0 where either factor is 0, whatever the other. */
  MUL_NO_NAN(
      (x, y) -> x == 0 || y == 0 ? 0 : x * y,
      null,
      (g, self, a) -> list(g.mulNoNan(a[1]), g.mulNoNan(a[0]))),
  /** The quotient rounded down. */
  FLOOR_DIV((x, y) -> Math.floor(x / y), Math::floorDiv, (g, self, a) -> list(null, null)),
  /** The remainder of {@link #FLOOR_DIV}; it has the sign of the divisor, as in Python. */
  FLOOR_MOD(
      Scalars::floorMod,
      Math::floorMod,
      (g, self, a) -> list(g, g.xmuly(Expr.apply(FLOOR_DIV, a[0], a[1])).negate())),
  POW(
      Scalars::power,
      Scalars::power,
      (g, self, a) ->
          list(
              a[1].eq(0).select(Expr.of(0), g.xmuly(a[1]).xmuly(a[0].pow(a[1].minus(1)))),
              a[0].le(0).select(Expr.of(0), g.xmuly(a[0].log().xmuly(self))))),
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
  /** The root of the sum of two squares; its gradient at 0 is 0. */
  HYPOT(
      Math::hypot,
      null,
      (g, self, a) -> {
        Expr length = self.eq(0).select(Expr.of(1), self);
        return list(g.times(a[0].over(length)), g.times(a[1].over(length)));
      }),
  /** The angle of the point {@code (x, y)}, given {@code y} first. */
  ATAN2(
      Math::atan2,
      null,
      (g, self, a) -> {
        // The sum of the squares would overflow.
        Expr radius = Expr.apply(HYPOT, a[0], a[1]);
        return list(
            g.xmuly(a[1].over(radius).over(radius)),
            g.xmuly(a[0].over(radius).over(radius)).negate());
      }),

  NEG(x -> -x, x -> -x, (g, self, a) -> list(g.negate())),
  ABS(Math::abs, Math::abs, (g, self, a) -> list(g.times(a[0].sign()))),
  SIGN(Math::signum, x -> Long.signum(x), (g, self, a) -> list((Expr) null)),
  FLOOR(Math::floor, x -> x, (g, self, a) -> list((Expr) null)),
  CEIL(Math::ceil, x -> x, (g, self, a) -> list((Expr) null)),
  /** Rounding to the nearest whole number, halves to the even one. */
  ROUND(Math::rint, x -> x, (g, self, a) -> list((Expr) null)),
  /** Rounding towards 0. */
  TRUNC(x -> x < 0 ? Math.ceil(x) : Math.floor(x), x -> x, (g, self, a) -> list((Expr) null)),
  SQRT(Math::sqrt, null, (g, self, a) -> list(g.times(0.5).xdivy(self))),
  CBRT(Math::cbrt, null, (g, self, a) -> list(g.xdivy(self.square().times(3)))),
  EXP(Math::exp, null, (g, self, a) -> list(g.times(self))),
  EXPM1(Math::expm1, null, (g, self, a) -> list(g.times(a[0].exp()))),
  LOG(Math::log, null, (g, self, a) -> list(g.xdivy(a[0]))),
  LOG2(Scalars::log2, null, (g, self, a) -> list(g.times(1 / Math.log(2)).xdivy(a[0]))),
  LOG10(Math::log10, null, (g, self, a) -> list(g.times(1 / Math.log(10)).xdivy(a[0]))),
  LOG1P(Scalars::log1p, null, (g, self, a) -> list(g.xdivy(a[0].plus(1)))),

  SIN(Math::sin, null, (g, self, a) -> list(g.times(cos(a[0])))),
  COS(Math::cos, null, (g, self, a) -> list(g.times(Expr.apply(SIN, a[0])).negate())),
  TAN(Math::tan, null, (g, self, a) -> list(g.times(self.square().plus(1)))),
  ASIN(Math::asin, null, (g, self, a) -> list(g.xdivy(oneLessSquare(a[0]).sqrt()))),
  ACOS(Math::acos, null, (g, self, a) -> list(g.xdivy(oneLessSquare(a[0]).sqrt()).negate())),
  ATAN(Math::atan, null, (g, self, a) -> list(g.over(a[0].square().plus(1)))),
  SINH(Math::sinh, null, (g, self, a) -> list(g.times(cosh(a[0])))),
  COSH(Math::cosh, null, (g, self, a) -> list(g.times(Expr.apply(SINH, a[0])))),
  TANH(Math::tanh, null, (g, self, a) -> list(g.times(Expr.of(1).minus(self.square())))),
  /** {@code x - tanh(x)}. */
  TANH_SHRINK(Scalars::tanhShrink, null, (g, self, a) -> list(g.times(a[0].tanh().square()))),
  ASINH(Scalars::asinh, null, (g, self, a) -> list(g.over(Expr.apply(HYPOT, Expr.of(1), a[0])))),
  ACOSH(
      Scalars::acosh,
      null,
      (g, self, a) -> list(g.xdivy(a[0].minus(1).sqrt().xmuly(a[0].plus(1).sqrt())))),
  ATANH(Scalars::atanh, null, (g, self, a) -> list(g.xdivy(oneLessSquare(a[0])))),

  SIGMOID(
      Scalars::sigmoid, null, (g, self, a) -> list(g.times(self).times(Expr.of(1).minus(self)))),
  /** The logarithm of 1 plus the exponential. */
  SOFTPLUS(Scalars::softplus, null, (g, self, a) -> list(g.times(a[0].sigmoid()))),
  ERF(Erf::value, null, (g, self, a) -> list(g.times(bell(a[0])))),
  ERFC(Erfc::value, null, (g, self, a) -> list(g.times(bell(a[0])).negate())),
  ERFINV(
      InverseErf::value,
      null,
      (g, self, a) -> {
        // Beyond 1 it is NaN, whose exponential would turn a gradient of 0 into NaN.
        Expr within = a[0].abs().le(1);
        Expr known = within.select(self, Expr.of(0));
        Expr slope = known.xmuly(known).negate().exp().times(2 / Math.sqrt(Math.PI));
        return list(g.xdivy(within.select(slope, self)));
      }),
  /** The logarithm of the gamma function's absolute value. */
  LGAMMA(Scalars::lgamma, null, (g, self, a) -> list(g.xmuly(polygamma(Expr.of(0), a[0])))),
  /** The derivative of order n + 1 of {@link #LGAMMA}; n is the first argument. */
  POLYGAMMA(
      Scalars::polygamma, null, (g, self, a) -> list(null, g.xmuly(polygamma(a[0].plus(1), a[1])))),

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
      (g, self, a) -> list(null, a[0].select(g, Expr.of(0)), a[0].select(Expr.of(0), g))),

  BIT_AND(null, (x, y) -> x & y, (g, self, a) -> list(null, null)),
  BIT_OR(null, (x, y) -> x | y, (g, self, a) -> list(null, null)),
  BIT_XOR(null, (x, y) -> x ^ y, (g, self, a) -> list(null, null)),
  BIT_NOT((DoubleUnaryOperator) null, x -> ~x, (g, self, a) -> list((Expr) null)),
  SHIFT_LEFT(null, Scalars::shiftLeft, (g, self, a) -> list(null, null)),
  /** An arithmetic shift, which fills with the sign bit. */
  SHIFT_RIGHT(null, Scalars::shiftRight, (g, self, a) -> list(null, null));

  /** The chain rule: the gradients of the arguments, null where an argument has none. */
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

  /** Returns whether the arguments (of SELECT, the last two) may be of a type. */
  boolean takes(DType dtype) {
    return switch (this) {
      case SELECT -> true;
      case EQ, NE, AND, OR, XOR, NOT -> dtype == DType.BOOL || isComputedIn(dtype);
      default -> dtype != DType.BOOL && isComputedIn(dtype);
    };
  }

  private boolean isComputedIn(DType dtype) {
    return dtype.isFloating()
        ? unary != null || binary != null
        : wholeUnary != null || wholeBinary != null;
  }

  /** Returns the number of arguments. */
  public int arity() {
    return this == SELECT ? 3 : unary != null || wholeUnary != null ? 1 : 2;
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

  /** Returns the function of two whole numbers; division by 0 throws. */
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

  /** The cosine, for {@link #SIN}, which is declared before it. */
  private static Expr cos(Expr x) {
    return Expr.apply(COS, x);
  }

  /** The hyperbolic cosine, for {@link #SINH}, which is declared before it. */
  private static Expr cosh(Expr x) {
    return Expr.apply(COSH, x);
  }

  /** The polygamma function, for {@link #LGAMMA}, which is declared before it. */
  private static Expr polygamma(Expr n, Expr x) {
    return Expr.apply(POLYGAMMA, n, x);
  }

  /** Returns {@code 1 - x * x}, exact near 1. */
  private static Expr oneLessSquare(Expr x) {
    return Expr.of(1).minus(x).times(x.plus(1));
  }

  /** Returns the slope of the error function. */
  private static Expr bell(Expr x) {
    return x.square().negate().exp().times(2 / Math.sqrt(Math.PI));
  }
}
