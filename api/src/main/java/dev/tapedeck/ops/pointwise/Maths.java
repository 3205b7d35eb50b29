package dev.tapedeck.ops.pointwise;

import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.ops.expr.Primitive;
import dev.tapedeck.tensor.Tensor;
import java.util.function.UnaryOperator;

/**
 * Pointwise arithmetic and functions; operands broadcast as in NumPy and have one element type.
 *
 * <p>Operands are tensors, variables, Java or ND4J arrays, or plain numbers, which take the other
 * operand's type.
 */
public final class Maths {
  private static final Pointwise ADD = numeric("add", Primitive.ADD);
  private static final Pointwise SUB = numeric("sub", Primitive.SUB);
  private static final Pointwise MUL = numeric("mul", Primitive.MUL);
  private static final Pointwise DIV = floating("div", Primitive.DIV);
  private static final Pointwise DIV_NO_NAN =
      Pointwise.floating(Formula.of("divNoNan", Maths::quotientOrZero));
  private static final Pointwise FLOOR_DIV = numeric("floorDiv", Primitive.FLOOR_DIV);
  private static final Pointwise MOD = numeric("mod", Primitive.FLOOR_MOD);
  private static final Pointwise POW = numeric("pow", Primitive.POW);
  private static final Pointwise RECIPROCAL =
      Pointwise.floating(Formula.of("reciprocal", x -> Expr.of(1).over(x)));
  private static final Pointwise SQUARED_DIFFERENCE =
      Pointwise.numeric(Formula.of("squaredDifference", (x, y) -> x.minus(y).square()));
  private static final Pointwise HYPOT = floating("hypot", Primitive.HYPOT);

  private static final Pointwise LOG_ADD_EXP =
      Pointwise.floating(Formula.of("logAddExp", Maths::logOfSum))
          .withGradient(0, a -> a[3].times(gap(a[0], a[1]).sigmoid()))
          .withGradient(1, a -> a[3].times(gap(a[1], a[0]).sigmoid()));

  private static final Pointwise MAXIMUM = numeric("maximum", Primitive.MAX);
  private static final Pointwise MINIMUM = numeric("minimum", Primitive.MIN);
  private static final Pointwise CLIP =
      Pointwise.numeric(Formula.of("clip", 3, a -> a[0].max(a[1]).min(a[2])));

  /** From the nearer end, so that both ends are exact; the gradient is that of one formula. */
  private static final Pointwise LERP =
      Pointwise.floating(Formula.of("lerp", 3, a -> lerp(a[0], a[1], a[2])))
          .withGradient(0, a -> a[4].times(Expr.of(1).minus(a[2])))
          .withGradient(1, a -> a[4].times(a[2]))
          .withGradient(2, a -> a[4].times(a[1].minus(a[0])));

  private static final Pointwise NEG = numeric("neg", Primitive.NEG);
  private static final Pointwise ABS = numeric("abs", Primitive.ABS);
  private static final Pointwise SIGN = numeric("sign", Primitive.SIGN);
  private static final Pointwise FLOOR = floating("floor", Primitive.FLOOR);
  private static final Pointwise CEIL = floating("ceil", Primitive.CEIL);
  private static final Pointwise ROUND = numeric("round", Primitive.ROUND);
  private static final Pointwise RINT = floating("rint", Primitive.ROUND);
  private static final Pointwise TRUNC = floating("trunc", Primitive.TRUNC);

  private static final Pointwise SQUARE = Pointwise.numeric(Formula.of("square", x -> x.square()));
  private static final Pointwise SQRT = floating("sqrt", Primitive.SQRT);
  private static final Pointwise RSQRT =
      Pointwise.floating(Formula.of("rsqrt", x -> Expr.of(1).over(x.sqrt())));
  private static final Pointwise CBRT = floating("cbrt", Primitive.CBRT);
  private static final Pointwise EXP = floating("exp", Primitive.EXP);
  private static final Pointwise EXP2 =
      Pointwise.floating(Formula.of("exp2", x -> Expr.of(2).pow(x)));
  private static final Pointwise EXPM1 = floating("expm1", Primitive.EXPM1);
  private static final Pointwise LOG = floating("log", Primitive.LOG);
  private static final Pointwise LOG2 = floating("log2", Primitive.LOG2);
  private static final Pointwise LOG10 = floating("log10", Primitive.LOG10);
  private static final Pointwise LOG1P = floating("log1p", Primitive.LOG1P);
  private static final Pointwise XLOGY =
      Pointwise.floating(Formula.of("xlogy", (x, y) -> productOrZero(x, y, 1, Expr::log)));
  private static final Pointwise XLOG1PY =
      Pointwise.floating(Formula.of("xlog1py", (x, y) -> productOrZero(x, y, 0, Expr::log1p)));

  private static final Pointwise SIN = floating("sin", Primitive.SIN);
  private static final Pointwise COS = floating("cos", Primitive.COS);
  private static final Pointwise TAN = floating("tan", Primitive.TAN);
  private static final Pointwise ASIN = floating("asin", Primitive.ASIN);
  private static final Pointwise ACOS = floating("acos", Primitive.ACOS);
  private static final Pointwise ATAN = floating("atan", Primitive.ATAN);
  private static final Pointwise ATAN2 = floating("atan2", Primitive.ATAN2);
  private static final Pointwise SINH = floating("sinh", Primitive.SINH);
  private static final Pointwise COSH = floating("cosh", Primitive.COSH);
  private static final Pointwise TANH = floating("tanh", Primitive.TANH);
  private static final Pointwise ASINH = floating("asinh", Primitive.ASINH);
  private static final Pointwise ACOSH = floating("acosh", Primitive.ACOSH);
  private static final Pointwise ATANH = floating("atanh", Primitive.ATANH);

  private Maths() {}

  private static Pointwise floating(String name, Primitive primitive) {
    return Pointwise.floating(Formula.of(name, primitive));
  }

  private static Pointwise numeric(String name, Primitive primitive) {
    return Pointwise.numeric(Formula.of(name, primitive));
  }

  /** Returns x / y, or 0 where y is 0; dividing by 1 there keeps NaN out of the gradient, too. */
  private static Expr quotientOrZero(Expr x, Expr y) {
    Expr none = y.eq(0);
    return none.select(Expr.of(0), x.over(none.select(Expr.of(1), y)));
  }

  /** Returns x * f(y), or 0 where x is 0; a harmless y there keeps NaN out of the gradient, too. */
  private static Expr productOrZero(Expr x, Expr y, double harmless, UnaryOperator<Expr> f) {
    Expr none = x.eq(0);
    return none.select(Expr.of(0), x.xmuly(f.apply(none.select(Expr.of(harmless), y))));
  }

  private static Expr lerp(Expr start, Expr end, Expr weight) {
    Expr way = end.minus(start);
    return weight
        .lt(0.5)
        .select(start.plus(weight.times(way)), end.minus(Expr.of(1).minus(weight).times(way)));
  }

  private static Expr logOfSum(Expr x, Expr y) {
    return x.max(y).plus(gap(x, y).abs().negate().exp().log1p());
  }

  /** Returns x - y, and 0 of equal infinities. */
  private static Expr gap(Expr x, Expr y) {
    Expr infinite = x.abs().eq(Double.POSITIVE_INFINITY);
    Expr same = Expr.apply(Primitive.AND, infinite, Expr.apply(Primitive.EQ, x, y));
    return same.select(Expr.of(0), x.minus(y));
  }

  /** Returns {@code x + y}. */
  public static Tensor add(Object x, Object y) {
    return ADD.of(x, y);
  }

  /** Returns {@code x - y}. */
  public static Tensor sub(Object x, Object y) {
    return SUB.of(x, y);
  }

  /** Returns {@code x * y}, element by element. */
  public static Tensor mul(Object x, Object y) {
    return MUL.of(x, y);
  }

  /**
   * Returns {@code x / y} of floating point numbers.
   *
   * @throws IllegalArgumentException for whole numbers: use {@link #floorDiv}, or cast
   */
  public static Tensor div(Object x, Object y) {
    return DIV.of(x, y);
  }

  /** Returns {@code x / y}, or 0 where {@code y} is 0. */
  public static Tensor divNoNan(Object x, Object y) {
    return DIV_NO_NAN.of(x, y);
  }

  /**
   * Returns the quotient rounded down, {@code floor(x / y)}, as TensorFlow's. Of floating point
   * numbers it is one more than Python's {@code //} where the quotient itself was rounded up to a
   * whole number, as of 7 / 0.1.
   *
   * @throws IllegalArgumentException if a whole number is divided by zero
   */
  public static Tensor floorDiv(Object x, Object y) {
    return FLOOR_DIV.of(x, y);
  }

  /**
   * Returns the remainder of the quotient rounded down, exactly; it has the sign of {@code y}, as
   * Python's {@code %}.
   *
   * @throws IllegalArgumentException if a whole number is divided by zero
   */
  public static Tensor mod(Object x, Object y) {
    return MOD.of(x, y);
  }

  /**
   * Returns {@code x} to the power of {@code y}; the gradient for {@code y} is 0 where {@code x <=
   * 0}.
   *
   * @throws IllegalArgumentException if a whole number has a negative exponent
   */
  public static Tensor pow(Object x, Object y) {
    return POW.of(x, y);
  }

  /** Returns {@code 1 / x}. */
  public static Tensor reciprocal(Object x) {
    return RECIPROCAL.of(x);
  }

  /** Returns {@code (x - y) * (x - y)}. */
  public static Tensor squaredDifference(Object x, Object y) {
    return SQUARED_DIFFERENCE.of(x, y);
  }

  /** Returns {@code sqrt(x * x + y * y)}, without intermediate overflow; its gradient at 0 is 0. */
  public static Tensor hypot(Object x, Object y) {
    return HYPOT.of(x, y);
  }

  /** Returns {@code log(exp(x) + exp(y))} without overflow. */
  public static Tensor logAddExp(Object x, Object y) {
    return LOG_ADD_EXP.of(x, y);
  }

  /**
   * Returns the larger of {@code x} and {@code y}; where they are equal the gradient goes to {@code
   * x}.
   */
  public static Tensor maximum(Object x, Object y) {
    return MAXIMUM.of(x, y);
  }

  /**
   * Returns the smaller of {@code x} and {@code y}; where they are equal the gradient goes to
   * {@code x}.
   */
  public static Tensor minimum(Object x, Object y) {
    return MINIMUM.of(x, y);
  }

  /** Returns {@code x} limited to {@code [low, high]}. */
  public static Tensor clip(Object x, Object low, Object high) {
    return CLIP.of(x, low, high);
  }

  /** Returns {@code start + weight * (end - start)}, which is {@code end} for a weight of 1. */
  public static Tensor lerp(Object start, Object end, Object weight) {
    return LERP.of(start, end, weight);
  }

  /** Returns {@code -x}. */
  public static Tensor neg(Object x) {
    return NEG.of(x);
  }

  /** Returns the absolute value; its gradient at 0 is 0. */
  public static Tensor abs(Object x) {
    return ABS.of(x);
  }

  /** Returns -1, 0 or 1; NaN of NaN. */
  public static Tensor sign(Object x) {
    return SIGN.of(x);
  }

  /** Returns the largest whole number not above {@code x}; it has no gradient. */
  public static Tensor floor(Object x) {
    return FLOOR.of(x);
  }

  /** Returns the smallest whole number not below {@code x}; it has no gradient. */
  public static Tensor ceil(Object x) {
    return CEIL.of(x);
  }

  /** Returns the nearest whole number, halves to the even one; it has no gradient. */
  public static Tensor round(Object x) {
    return ROUND.of(x);
  }

  /** Returns {@link #round} of floating point numbers only. */
  public static Tensor rint(Object x) {
    return RINT.of(x);
  }

  /** Returns {@code x} rounded towards 0; it has no gradient. */
  public static Tensor trunc(Object x) {
    return TRUNC.of(x);
  }

  /** Returns {@code x * x}. */
  public static Tensor square(Object x) {
    return SQUARE.of(x);
  }

  /** Returns the square root. */
  public static Tensor sqrt(Object x) {
    return SQRT.of(x);
  }

  /** Returns {@code 1 / sqrt(x)}. */
  public static Tensor rsqrt(Object x) {
    return RSQRT.of(x);
  }

  /** Returns the cube root, also of negative numbers. */
  public static Tensor cbrt(Object x) {
    return CBRT.of(x);
  }

  /** Returns e to the power of {@code x}. */
  public static Tensor exp(Object x) {
    return EXP.of(x);
  }

  /** Returns 2 to the power of {@code x}. */
  public static Tensor exp2(Object x) {
    return EXP2.of(x);
  }

  /** Returns {@code exp(x) - 1}, exact near 0. */
  public static Tensor expm1(Object x) {
    return EXPM1.of(x);
  }

  /** Returns the natural logarithm. */
  public static Tensor log(Object x) {
    return LOG.of(x);
  }

  /** Returns the logarithm to base 2. */
  public static Tensor log2(Object x) {
    return LOG2.of(x);
  }

  /** Returns the logarithm to base 10. */
  public static Tensor log10(Object x) {
    return LOG10.of(x);
  }

  /** Returns {@code log(1 + x)}, exact near 0. */
  public static Tensor log1p(Object x) {
    return LOG1P.of(x);
  }

  /** Returns {@code x * log(y)}, or 0 where {@code x} is 0, as is its gradient there. */
  public static Tensor xlogy(Object x, Object y) {
    return XLOGY.of(x, y);
  }

  /** Returns {@code x * log(1 + y)}, or 0 where {@code x} is 0, as is its gradient there. */
  public static Tensor xlog1py(Object x, Object y) {
    return XLOG1PY.of(x, y);
  }

  /** Returns the sine of radians. */
  public static Tensor sin(Object x) {
    return SIN.of(x);
  }

  /** Returns the cosine of radians. */
  public static Tensor cos(Object x) {
    return COS.of(x);
  }

  /** Returns the tangent of radians. */
  public static Tensor tan(Object x) {
    return TAN.of(x);
  }

  /** Returns the angle in [-pi/2, pi/2] whose sine is {@code x}. */
  public static Tensor asin(Object x) {
    return ASIN.of(x);
  }

  /** Returns the angle in [0, pi] whose cosine is {@code x}. */
  public static Tensor acos(Object x) {
    return ACOS.of(x);
  }

  /** Returns the angle in [-pi/2, pi/2] whose tangent is {@code x}. */
  public static Tensor atan(Object x) {
    return ATAN.of(x);
  }

  /** Returns the angle in [-pi, pi] of the point {@code (x, y)}; {@code y} comes first. */
  public static Tensor atan2(Object y, Object x) {
    return ATAN2.of(y, x);
  }

  /** Returns the hyperbolic sine. */
  public static Tensor sinh(Object x) {
    return SINH.of(x);
  }

  /** Returns the hyperbolic cosine. */
  public static Tensor cosh(Object x) {
    return COSH.of(x);
  }

  /** Returns the hyperbolic tangent. */
  public static Tensor tanh(Object x) {
    return TANH.of(x);
  }

  /** Returns the number whose hyperbolic sine is {@code x}. */
  public static Tensor asinh(Object x) {
    return ASINH.of(x);
  }

  /** Returns the number of 0 or more whose hyperbolic cosine is {@code x}. */
  public static Tensor acosh(Object x) {
    return ACOSH.of(x);
  }

  /** Returns the number whose hyperbolic tangent is {@code x}. */
  public static Tensor atanh(Object x) {
    return ATANH.of(x);
  }
}
