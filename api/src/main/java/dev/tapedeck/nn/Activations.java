package dev.tapedeck.nn;

import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.ops.expr.Primitive;
import dev.tapedeck.ops.neural.Softmax;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Tensor;

/**
 * Activation functions, passed to layers as {@code Activations::relu}.
 *
 * <p>They neither overflow nor lose precision for large arguments, and at a corner their gradient
 * is that of TensorFlow. Parameters are numbers, or tensors that broadcast.
 */
public final class Activations {
  private static final Expr ZERO = Expr.of(0);
  private static final double CUBIC_SCALE = 2 * Math.sqrt(2 / Math.PI);
  private static final double SELU_SCALE = 1.0507009873554805;
  private static final double SELU_ALPHA = 1.6732632423543772;

  private static final Pointwise RELU =
      Pointwise.numeric(Formula.of("relu", x -> x.max(0)))
          .withGradient(0, a -> ZERO.lt(a[1]).select(a[2], ZERO));
  private static final Pointwise RELU6 =
      Pointwise.numeric(Formula.of("relu6", x -> x.max(0).min(6)))
          .withGradient(0, a -> ZERO.lt(a[1]).select(a[1].lt(6).select(a[2], ZERO), ZERO));
  private static final Pointwise LEAKY_RELU =
      Pointwise.floating(
          Formula.of("leakyRelu", (x, slope) -> ZERO.lt(x).select(x, x.times(slope))));
  private static final Pointwise ELU =
      Pointwise.floating(
          Formula.of("elu", (x, alpha) -> x.le(0).select(x.min(0).expm1().times(alpha), x)));
  private static final Pointwise SELU =
      Pointwise.floating(
          Formula.of(
              "selu",
              x ->
                  x.lt(0)
                      .select(
                          x.min(0).expm1().times(SELU_SCALE * SELU_ALPHA), x.times(SELU_SCALE))));
  private static final Pointwise CELU =
      Pointwise.floating(
          Formula.of(
              "celu", (x, alpha) -> x.le(0).select(x.min(0).over(alpha).expm1().times(alpha), x)));

  private static final Pointwise GELU =
      Pointwise.floating(
          Formula.of(
              "gelu",
              x -> x.times(0.5).times(Expr.apply(Primitive.ERFC, x.times(-Math.sqrt(0.5))))));
  private static final Pointwise GELU_TANH =
      Pointwise.floating(Formula.of("geluTanh", x -> x.times(cubic(near(x)).sigmoid())))
          .withGradient(0, a -> a[2].times(geluTanhSlope(near(a[0]))));
  private static final Pointwise SILU =
      Pointwise.floating(Formula.of("silu", x -> x.times(x.sigmoid())))
          .withGradient(0, a -> a[2].times(gatedSlope(a[0], a[0], Expr.of(1))));
  private static final Pointwise MISH =
      Pointwise.floating(Formula.of("mish", x -> x.times(x.softplus().tanh())))
          .withGradient(0, a -> a[2].times(mishSlope(a[0], a[0].softplus().tanh())));

  private static final Pointwise SIGMOID =
      Pointwise.floating(Formula.of("sigmoid", Primitive.SIGMOID));
  private static final Pointwise LOG_SIGMOID =
      Pointwise.floating(Formula.of("logSigmoid", x -> x.negate().softplus().negate()));
  private static final Pointwise SOFTPLUS =
      Pointwise.floating(Formula.of("softplus", Primitive.SOFTPLUS));
  private static final Pointwise SOFTSIGN =
      Pointwise.floating(Formula.of("softsign", x -> x.over(x.abs().plus(1))))
          .withGradient(0, a -> a[2].over(a[0].abs().plus(1).square()));
  private static final Pointwise TANH_SHRINK =
      Pointwise.floating(Formula.of("tanhShrink", Primitive.TANH_SHRINK));

  private static final Pointwise HARD_SIGMOID =
      Pointwise.floating(Formula.of("hardSigmoid", x -> x.plus(3).max(0).min(6).over(6)))
          .withGradient(0, a -> ZERO.lt(a[1]).select(a[1].lt(1).select(a[2].over(6), ZERO), ZERO));
  private static final Pointwise HARD_SWISH =
      Pointwise.floating(Formula.of("hardSwish", x -> x.times(x.plus(3).max(0).min(6).over(6))))
          .withGradient(0, a -> a[2].times(hardSwishSlope(a[0])));
  private static final Pointwise HARD_TANH =
      Pointwise.floating(Formula.of("hardTanh", x -> x.max(-1).min(1)));
  private static final Pointwise SOFT_SHRINK =
      Pointwise.floating(
          Formula.of(
              "softShrink",
              (x, lambda) ->
                  lambda
                      .lt(x)
                      .select(
                          x.minus(lambda), x.lt(lambda.negate()).select(x.plus(lambda), ZERO))));
  private static final Pointwise HARD_SHRINK =
      Pointwise.floating(
          Formula.of("hardShrink", (x, lambda) -> lambda.lt(x.abs()).select(x, ZERO)));

  private Activations() {}

  /** Returns the argument clipped to where the gate of {@link #geluTanh} is fully open or shut. */
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

  /** Returns {@code x}. */
  public static Tensor linear(Object x) {
    return Operands.tensor(x);
  }

  /** Returns {@code max(x, 0)}; its gradient at 0 is 0. */
  public static Tensor relu(Object x) {
    return RELU.of(x);
  }

  /** Returns {@code min(max(x, 0), 6)}; its gradient at 0 and at 6 is 0. */
  public static Tensor relu6(Object x) {
    return RELU6.of(x);
  }

  /** Returns {@link #leakyRelu(Object, Object)} with a slope of 0.2. */
  public static Tensor leakyRelu(Object x) {
    return leakyRelu(x, 0.2);
  }

  /** Returns {@code x} where it is above 0, else {@code negativeSlope * x}. */
  public static Tensor leakyRelu(Object x, Object negativeSlope) {
    return LEAKY_RELU.of(x, negativeSlope);
  }

  /** Returns {@link #elu(Object, Object)} with an alpha of 1. */
  public static Tensor elu(Object x) {
    return elu(x, 1);
  }

  /** Returns {@code x} where it is above 0, else {@code alpha * (exp(x) - 1)}. */
  public static Tensor elu(Object x, Object alpha) {
    return ELU.of(x, alpha);
  }

  /**
   * Returns 1.0507 times the {@link #elu(Object, Object)} with an alpha of 1.6733, which keeps a
   * mean of 0 and a variance of 1 (Klambauer et al., 2017).
   */
  public static Tensor selu(Object x) {
    return SELU.of(x);
  }

  /** Returns {@link #celu(Object, Object)} with an alpha of 1. */
  public static Tensor celu(Object x) {
    return celu(x, 1);
  }

  /**
   * Returns {@code x} where it is above 0, else {@code alpha * (exp(x / alpha) - 1)}, whose
   * gradient at 0 is 1 for every alpha.
   */
  public static Tensor celu(Object x, Object alpha) {
    return CELU.of(x, alpha);
  }

  /**
   * Returns {@code x} times the probability that a standard normal number is below {@code x}:
   * {@code x * erfc(-x / sqrt(2)) / 2}.
   */
  public static Tensor gelu(Object x) {
    return GELU.of(x);
  }

  /**
   * Returns an approximation of {@link #gelu}: {@code x / 2 * (1 + tanh(sqrt(2 / pi) * (x +
   * 0.044715 * x³)))}.
   */
  public static Tensor geluTanh(Object x) {
    return GELU_TANH.of(x);
  }

  /** Returns {@code x * sigmoid(x)}, also named swish. */
  public static Tensor silu(Object x) {
    return SILU.of(x);
  }

  /** Returns {@code x * tanh(softplus(x))}. */
  public static Tensor mish(Object x) {
    return MISH.of(x);
  }

  /** Returns {@code 1 / (1 + exp(-x))}. */
  public static Tensor sigmoid(Object x) {
    return SIGMOID.of(x);
  }

  /** Returns {@code log(sigmoid(x))}, without overflow. */
  public static Tensor logSigmoid(Object x) {
    return LOG_SIGMOID.of(x);
  }

  /** Returns the hyperbolic tangent. */
  public static Tensor tanh(Object x) {
    return Maths.tanh(x);
  }

  /** Returns {@code log(1 + exp(x))}, without overflow. */
  public static Tensor softplus(Object x) {
    return SOFTPLUS.of(x);
  }

  /** Returns {@code x / (1 + abs(x))}. */
  public static Tensor softsign(Object x) {
    return SOFTSIGN.of(x);
  }

  /** Returns {@code x - tanh(x)}. */
  public static Tensor tanhShrink(Object x) {
    return TANH_SHRINK.of(x);
  }

  /** Returns {@code relu6(x + 3) / 6}; its gradient at -3 and at 3 is 0. */
  public static Tensor hardSigmoid(Object x) {
    return HARD_SIGMOID.of(x);
  }

  /** Returns {@code x * hardSigmoid(x)}, also named hard silu. */
  public static Tensor hardSwish(Object x) {
    return HARD_SWISH.of(x);
  }

  /** Returns {@code x} limited to [-1, 1]; its gradient at both ends is 1. */
  public static Tensor hardTanh(Object x) {
    return HARD_TANH.of(x);
  }

  /** Returns {@link #softShrink(Object, Object)} with a lambda of 0.5. */
  public static Tensor softShrink(Object x) {
    return softShrink(x, 0.5);
  }

  /**
   * Returns {@code x} moved towards 0 by {@code lambda}, or 0 where it is within {@code lambda} of
   * 0.
   */
  public static Tensor softShrink(Object x, Object lambda) {
    return SOFT_SHRINK.of(x, lambda);
  }

  /** Returns {@link #hardShrink(Object, Object)} with a lambda of 0.5. */
  public static Tensor hardShrink(Object x) {
    return hardShrink(x, 0.5);
  }

  /** Returns {@code x}, or 0 where it is within {@code lambda} of 0. */
  public static Tensor hardShrink(Object x, Object lambda) {
    return HARD_SHRINK.of(x, lambda);
  }

  /** Returns {@code exp(x) / sum(exp(x))} along the last axis. */
  public static Tensor softmax(Object x) {
    return Softmax.softmax(x);
  }
}
