package dev.tapedeck.ops.pointwise;

import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.ops.expr.Primitive;
import dev.tapedeck.tensor.Tensor;

/** The error function, the gamma function and related functions, of floating point numbers. */
public final class SpecialFunctions {
  private static final Pointwise ERF = Pointwise.floating(Formula.of("erf", Primitive.ERF));
  private static final Pointwise ERFC = Pointwise.floating(Formula.of("erfc", Primitive.ERFC));
  private static final Pointwise ERFINV =
      Pointwise.floating(Formula.of("erfinv", Primitive.ERFINV));
  private static final Pointwise LGAMMA =
      Pointwise.floating(Formula.of("lgamma", Primitive.LGAMMA));
  private static final Pointwise DIGAMMA = polygamma("digamma", 0);

  private SpecialFunctions() {}

  private static Pointwise polygamma(String name, int n) {
    return Pointwise.floating(
        Formula.of(name, x -> Expr.apply(Primitive.POLYGAMMA, Expr.of(n), x)));
  }

  /** Returns the error function, {@code 2 / sqrt(pi)} times the integral of exp(-t²) to x. */
  public static Tensor erf(Object x) {
    return ERF.of(x);
  }

  /** Returns {@code 1 - erf(x)}, exact where that is near 0. */
  public static Tensor erfc(Object x) {
    return ERFC.of(x);
  }

  /** Returns the number whose {@link #erf} is {@code x}; NaN outside of [-1, 1]. */
  public static Tensor erfinv(Object x) {
    return ERFINV.of(x);
  }

  /** Returns the logarithm of the gamma function's absolute value; infinity at its poles. */
  public static Tensor lgamma(Object x) {
    return LGAMMA.of(x);
  }

  /** Returns the derivative of {@link #lgamma}; NaN at its poles. */
  public static Tensor digamma(Object x) {
    return DIGAMMA.of(x);
  }

  /**
   * Returns the derivative of order {@code n} of {@link #digamma}; at the poles infinity for an odd
   * order, else NaN.
   *
   * @throws IllegalArgumentException if the order is negative
   */
  public static Tensor polygamma(int n, Object x) {
    Checks.atLeast("polygamma", "the order", 0, n, "use lgamma for the integral of digamma");
    return polygamma("polygamma", n).of(x);
  }
}
