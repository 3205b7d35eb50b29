package dev.tapedeck.ops;

import dev.tapedeck.tensor.Tensor;

/**
 * Pointwise arithmetic and functions; operands broadcast as in NumPy and have one element type.
 *
 * <p>Operands are tensors, variables, Java or ND4J arrays, or plain numbers, which take the other
 * operand's type.
 */
public final class Maths {
  private static final Pointwise ADD = Pointwise.numeric(Formula.of("add", (x, y) -> x.plus(y)));
  private static final Pointwise SUB = Pointwise.numeric(Formula.of("sub", (x, y) -> x.minus(y)));
  private static final Pointwise MUL = Pointwise.numeric(Formula.of("mul", (x, y) -> x.times(y)));
  private static final Pointwise DIV = Pointwise.floating(Formula.of("div", (x, y) -> x.over(y)));
  private static final Pointwise FLOOR_DIV =
      Pointwise.numeric(Formula.of("floorDiv", (x, y) -> Expr.apply(Primitive.FLOOR_DIV, x, y)));
  private static final Pointwise MOD =
      Pointwise.numeric(Formula.of("mod", (x, y) -> Expr.apply(Primitive.FLOOR_MOD, x, y)));
  private static final Pointwise POW = Pointwise.numeric(Formula.of("pow", (x, y) -> x.pow(y)));
  private static final Pointwise MAXIMUM =
      Pointwise.numeric(Formula.of("maximum", (x, y) -> x.max(y)));
  private static final Pointwise MINIMUM =
      Pointwise.numeric(Formula.of("minimum", (x, y) -> x.min(y)));
  private static final Pointwise NEG = Pointwise.numeric(Formula.of("neg", x -> x.negate()));
  private static final Pointwise ABS = Pointwise.numeric(Formula.of("abs", x -> x.abs()));
  private static final Pointwise SIGN = Pointwise.numeric(Formula.of("sign", x -> x.sign()));
  private static final Pointwise SQUARE = Pointwise.numeric(Formula.of("square", x -> x.square()));
  private static final Pointwise SQRT = Pointwise.floating(Formula.of("sqrt", x -> x.sqrt()));
  private static final Pointwise EXP = Pointwise.floating(Formula.of("exp", x -> x.exp()));
  private static final Pointwise LOG = Pointwise.floating(Formula.of("log", x -> x.log()));
  private static final Pointwise LOG1P = Pointwise.floating(Formula.of("log1p", x -> x.log1p()));
  private static final Pointwise SIN =
      Pointwise.floating(Formula.of("sin", x -> Expr.apply(Primitive.SIN, x)));
  private static final Pointwise COS =
      Pointwise.floating(Formula.of("cos", x -> Expr.apply(Primitive.COS, x)));
  private static final Pointwise TANH = Pointwise.floating(Formula.of("tanh", x -> x.tanh()));
  private static final Pointwise FLOOR =
      Pointwise.floating(Formula.of("floor", x -> Expr.apply(Primitive.FLOOR, x)));
  private static final Pointwise CEIL =
      Pointwise.floating(Formula.of("ceil", x -> Expr.apply(Primitive.CEIL, x)));
  private static final Pointwise ROUND =
      Pointwise.floating(Formula.of("round", x -> Expr.apply(Primitive.ROUND, x)));

  /** By way of tanh, which neither overflows nor loses digits at either end. */
  private static final Pointwise SIGMOID =
      Pointwise.floating(Formula.of("sigmoid", x -> x.times(0.5).tanh().times(0.5).plus(0.5)))
          .withGradient(0, a -> a[2].times(a[1]).times(Expr.of(1).minus(a[1])));

  private static final Pointwise SOFTPLUS =
      Pointwise.floating(
              Formula.of("softplus", x -> x.max(Expr.of(0)).plus(x.abs().negate().exp().log1p())))
          .withGradient(0, a -> a[2].times(a[0].times(0.5).tanh().times(0.5).plus(0.5)));

  /** The gradient at 0 is 0, as everywhere; the derived one would be that of the maximum, 1. */
  private static final Pointwise RELU =
      Pointwise.numeric(Formula.of("relu", x -> x.max(Expr.of(0))))
          .withGradient(0, a -> Expr.of(0).lt(a[1]).select(a[2], Expr.of(0)));

  private static final Pointwise CLIP =
      Pointwise.numeric(Formula.of("clip", 3, a -> a[0].max(a[1]).min(a[2])));
  private static final Pointwise SQUARED_DIFFERENCE =
      Pointwise.numeric(Formula.of("squaredDifference", (x, y) -> x.minus(y).square()));

  private Maths() {}

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

  /**
   * Returns the quotient rounded down, as Python's {@code //}.
   *
   * @throws IllegalArgumentException if a whole number is divided by zero
   */
  public static Tensor floorDiv(Object x, Object y) {
    return FLOOR_DIV.of(x, y);
  }

  /**
   * Returns the remainder of {@link #floorDiv}, which has the sign of {@code y}, as Python's {@code
   * %}.
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

  /** Returns the larger of two; where they are equal the gradient goes to {@code x}. */
  public static Tensor maximum(Object x, Object y) {
    return MAXIMUM.of(x, y);
  }

  /** Returns the smaller of two; where they are equal the gradient goes to {@code x}. */
  public static Tensor minimum(Object x, Object y) {
    return MINIMUM.of(x, y);
  }

  /** Returns {@code -x}. */
  public static Tensor neg(Object x) {
    return NEG.of(x);
  }

  /** Returns the absolute value; its gradient at 0 is 0. */
  public static Tensor abs(Object x) {
    return ABS.of(x);
  }

  /** Returns -1, 0 or 1. */
  public static Tensor sign(Object x) {
    return SIGN.of(x);
  }

  /** Returns {@code x * x}. */
  public static Tensor square(Object x) {
    return SQUARE.of(x);
  }

  /** Returns the square root. */
  public static Tensor sqrt(Object x) {
    return SQRT.of(x);
  }

  /** Returns e to the power of {@code x}. */
  public static Tensor exp(Object x) {
    return EXP.of(x);
  }

  /** Returns the natural logarithm. */
  public static Tensor log(Object x) {
    return LOG.of(x);
  }

  /** Returns {@code log(1 + x)}, exact near 0. */
  public static Tensor log1p(Object x) {
    return LOG1P.of(x);
  }

  /** Returns the sine of radians. */
  public static Tensor sin(Object x) {
    return SIN.of(x);
  }

  /** Returns the cosine of radians. */
  public static Tensor cos(Object x) {
    return COS.of(x);
  }

  /** Returns the hyperbolic tangent. */
  public static Tensor tanh(Object x) {
    return TANH.of(x);
  }

  /** Returns the next lower whole number; its gradient is none. */
  public static Tensor floor(Object x) {
    return FLOOR.of(x);
  }

  /** Returns the next higher whole number; its gradient is none. */
  public static Tensor ceil(Object x) {
    return CEIL.of(x);
  }

  /** Returns the nearest whole number, halves to the even one; its gradient is none. */
  public static Tensor round(Object x) {
    return ROUND.of(x);
  }

  /** Returns {@code 1 / (1 + exp(-x))}. */
  public static Tensor sigmoid(Object x) {
    return SIGMOID.of(x);
  }

  /** Returns {@code log(1 + exp(x))}, without overflow. */
  public static Tensor softplus(Object x) {
    return SOFTPLUS.of(x);
  }

  /** Returns {@code max(x, 0)}; its gradient at 0 is 0. */
  public static Tensor relu(Object x) {
    return RELU.of(x);
  }

  /** Returns {@code x} limited to {@code [low, high]}. */
  public static Tensor clip(Object x, Object low, Object high) {
    return CLIP.of(x, low, high);
  }

  /** Returns {@code (x - y) * (x - y)}. */
  public static Tensor squaredDifference(Object x, Object y) {
    return SQUARED_DIFFERENCE.of(x, y);
  }
}
