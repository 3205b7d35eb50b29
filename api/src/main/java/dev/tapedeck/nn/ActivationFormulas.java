package dev.tapedeck.nn;

import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.ops.expr.Primitive;

/** The formulas of the pointwise {@link Activations}. */
final class ActivationFormulas {
  private static final Expr ZERO = Expr.of(0);
  private static final double CUBIC_SCALE = 2 * Math.sqrt(2 / Math.PI);
  private static final double SELU_SCALE = 1.0507009873554805;
  private static final double SELU_ALPHA = 1.6732632423543772;

  static final Pointwise RELU =
      Pointwise.numeric(Formula.of("relu", x -> x.max(0)))
          .withGradient(0, a -> ZERO.lt(a[1]).select(a[2], ZERO));
  static final Pointwise EXPONENTIAL = Pointwise.floating(Formula.of("exponential", x -> x.exp()));

  static final Pointwise RELU_WITH =
      Pointwise.floating(
              Formula.of(
                  "relu",
                  4,
                  a -> a[3].lt(a[0]).select(a[0].min(a[2]), belowThreshold(a[0], a[1], a[3]))))
          .withGradient(1, a -> a[3].lt(a[0]).select(ZERO, a[5].times(a[0].minus(a[3]))));
  static final Pointwise RELU6 =
      Pointwise.numeric(Formula.of("relu6", x -> x.max(0).min(6)))
          .withGradient(0, a -> ZERO.lt(a[1]).select(a[1].lt(6).select(a[2], ZERO), ZERO));
  static final Pointwise LEAKY_RELU =
      Pointwise.floating(
          Formula.of("leakyRelu", (x, slope) -> ZERO.lt(x).select(x, x.times(slope))));
  static final Pointwise ELU =
      Pointwise.floating(
          Formula.of("elu", (x, alpha) -> x.le(0).select(x.min(0).expm1().times(alpha), x)));
  static final Pointwise SELU =
      Pointwise.floating(
          Formula.of(
              "selu",
              x ->
                  x.lt(0)
                      .select(
                          x.min(0).expm1().times(SELU_SCALE * SELU_ALPHA), x.times(SELU_SCALE))));
  static final Pointwise CELU =
      Pointwise.floating(
          Formula.of(
              "celu", (x, alpha) -> x.le(0).select(x.min(0).over(alpha).expm1().times(alpha), x)));

  static final Pointwise GELU =
      Pointwise.floating(
          Formula.of(
              "gelu",
              x -> x.times(0.5).times(Expr.apply(Primitive.ERFC, x.times(-Math.sqrt(0.5))))));
  static final Pointwise GELU_TANH =
      Pointwise.floating(Formula.of("geluTanh", x -> x.times(cubic(near(x)).sigmoid())))
          .withGradient(0, a -> a[2].times(geluTanhSlope(near(a[0]))));
  static final Pointwise SILU =
      Pointwise.floating(Formula.of("silu", x -> x.times(x.sigmoid())))
          .withGradient(0, a -> a[2].times(gatedSlope(a[0], a[0], Expr.of(1))));
  static final Pointwise MISH =
      Pointwise.floating(Formula.of("mish", x -> x.times(x.softplus().tanh())))
          .withGradient(0, a -> a[2].times(mishSlope(a[0], a[0].softplus().tanh())));

  static final Pointwise SIGMOID = Pointwise.floating(Formula.of("sigmoid", Primitive.SIGMOID));
  static final Pointwise LOG_SIGMOID =
      Pointwise.floating(Formula.of("logSigmoid", x -> x.negate().softplus().negate()));
  static final Pointwise SOFTPLUS = Pointwise.floating(Formula.of("softplus", Primitive.SOFTPLUS));
  static final Pointwise SQUAREPLUS =
      Pointwise.floating(Formula.of("squareplus", ActivationFormulas::squareplus))
          .withGradient(0, a -> a[3].xmuly(a[2].over(distance(a[0], a[1]))))
          .withGradient(1, a -> a[3].xdivy(distance(a[0], a[1]).times(4)));
  static final Pointwise SPARSE_PLUS =
      Pointwise.floating(
              Formula.of("sparsePlus", x -> Expr.of(1).le(x).select(x, ramp(x).square().over(4))))
          .withGradient(0, a -> a[2].times(ramp(a[0]).over(2)));
  static final Pointwise SPARSE_SIGMOID =
      Pointwise.floating(Formula.of("sparseSigmoid", x -> ramp(x).over(2)))
          .withGradient(0, a -> ZERO.lt(a[1]).select(a[1].lt(1).select(a[2].over(2), ZERO), ZERO));
  static final Pointwise SOFTSIGN =
      Pointwise.floating(Formula.of("softsign", x -> x.over(x.abs().plus(1))))
          .withGradient(0, a -> a[2].over(a[0].abs().plus(1).square()));
  static final Pointwise TANH_SHRINK =
      Pointwise.floating(Formula.of("tanhShrink", Primitive.TANH_SHRINK));

  static final Pointwise HARD_SIGMOID =
      Pointwise.floating(Formula.of("hardSigmoid", x -> x.plus(3).max(0).min(6).over(6)))
          .withGradient(0, a -> ZERO.lt(a[1]).select(a[1].lt(1).select(a[2].over(6), ZERO), ZERO));
  static final Pointwise HARD_SWISH =
      Pointwise.floating(Formula.of("hardSwish", x -> x.times(x.plus(3).max(0).min(6).over(6))))
          .withGradient(0, a -> a[2].times(hardSwishSlope(a[0])));
  static final Pointwise HARD_TANH =
      Pointwise.floating(Formula.of("hardTanh", x -> x.max(-1).min(1)));
  static final Pointwise SOFT_SHRINK =
      Pointwise.floating(
          Formula.of(
              "softShrink",
              (x, lambda) ->
                  lambda
                      .lt(x)
                      .select(
                          x.minus(lambda), x.lt(lambda.negate()).select(x.plus(lambda), ZERO))));
  static final Pointwise HARD_SHRINK =
      Pointwise.floating(
          Formula.of("hardShrink", (x, lambda) -> lambda.lt(x.abs()).select(x, ZERO)));

  static final Pointwise THRESHOLD =
      Pointwise.numeric(Formula.of("threshold", 3, a -> a[1].lt(a[0]).select(a[0], a[2])));

  private ActivationFormulas() {}

  /**
   * Returns the argument clipped to where the gate of {@link Activations#geluTanh} is fully open or
   * shut.
   */
  private static Expr near(Expr x) {
    return x.max(-30).min(30);
  }

  /** Returns {@code 2 sqrt(2 / pi) (x + 0.044715 x³)}. */
  private static Expr cubic(Expr x) {
    return x.times(x.square().times(0.044715).plus(1)).times(CUBIC_SCALE);
  }

  private static Expr geluTanhSlope(Expr x) {
    Expr gateSlope = x.square().times(3 * 0.044715).plus(1).times(CUBIC_SCALE);
    return gatedSlope(x, cubic(x), gateSlope);
  }

  /** Returns the slope of {@code x * sigmoid(gate)}. */
  private static Expr gatedSlope(Expr x, Expr gate, Expr gateSlope) {
    Expr open = gate.sigmoid();
    return open.times(Expr.of(1).minus(open).times(gateSlope).times(x).plus(1));
  }

  private static Expr mishSlope(Expr x, Expr open) {
    return x.times(x.sigmoid()).times(Expr.of(1).minus(open.square())).plus(open);
  }

  private static Expr hardSwishSlope(Expr x) {
    Expr within = x.times(2).plus(3).over(6);
    return x.le(-3).select(ZERO, Expr.of(3).le(x).select(Expr.of(1), within));
  }

  /** Returns {@code slope * (x - threshold)}, which a slope of 0 makes 0 for -infinity too. */
  private static Expr belowThreshold(Expr x, Expr slope, Expr threshold) {
    Expr zero = threshold.max(x).minus(threshold);
    return slope.eq(0).select(zero, x.minus(threshold).times(slope));
  }

  /** Returns {@code (x + sqrt(x² + b)) / 2}; below 0 by the difference's conjugate. */
  private static Expr squareplus(Expr x, Expr b) {
    Expr distance = distance(x, b);
    Expr below = b.max(0).over(distance.minus(x.min(0)).times(2));
    return x.lt(0).select(below, x.times(0.5).plus(distance.times(0.5)));
  }

  /** Returns {@code sqrt(x² + b)}; a {@code b} below 0 counts as 0. */
  private static Expr distance(Expr x, Expr b) {
    return Expr.apply(Primitive.HYPOT, x, b.max(0).sqrt());
  }

  /** Returns {@code x + 1} limited to [0, 2]. */
  private static Expr ramp(Expr x) {
    return x.max(-1).min(1).plus(1);
  }
}
