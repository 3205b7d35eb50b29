package dev.tapedeck.nn;

import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.array.Cumulative;
import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.array.Sorting;
import dev.tapedeck.ops.neural.Softmax;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Activation functions, passed to layers as {@code Activations::relu}.
 *
 * <p>They neither overflow nor lose precision for large arguments, and at a corner their gradient
 * is that of TensorFlow. Parameters are numbers, or tensors that broadcast.
 */
public final class Activations {
  private Activations() {}

  /** Returns the name of one of these functions, {@code relu}; empty for any other. */
  public static Optional<String> nameOf(UnaryOperator<Tensor> function) {
    return ActivationNames.of(function);
  }

  /**
   * Returns the function of a name, {@code relu}; empty if there is none of one argument.
   *
   * @param name name of a method of this class
   */
  public static Optional<UnaryOperator<Tensor>> named(String name) {
    return ActivationNames.function(name);
  }

  /** Returns {@code x}. */
  public static Tensor linear(Object x) {
    return Operands.tensor(x);
  }

  /** Returns {@code max(x, 0)}; its gradient at 0 is 0. */
  public static Tensor relu(Object x) {
    return ActivationFormulas.RELU.of(x);
  }

  /**
   * Returns {@code min(x, maxValue)} where {@code x} is above {@code threshold}, else {@code
   * negativeSlope * (x - threshold)}; {@link #relu(Object)} has a slope of 0, a maximum of infinity
   * and a threshold of 0.
   */
  public static Tensor relu(Object x, Object negativeSlope, Object maxValue, Object threshold) {
    return ActivationFormulas.RELU_WITH.of(x, negativeSlope, maxValue, threshold);
  }

  /** Returns {@code x} where it is above {@code threshold}, else {@code defaultValue}. */
  public static Tensor threshold(Object x, Object threshold, Object defaultValue) {
    return ActivationFormulas.THRESHOLD.of(x, threshold, defaultValue);
  }

  /** Returns {@code min(max(x, 0), 6)}; its gradient at 0 and at 6 is 0. */
  public static Tensor relu6(Object x) {
    return ActivationFormulas.RELU6.of(x);
  }

  /** Returns {@link #leakyRelu(Object, Object)} with a slope of 0.2. */
  public static Tensor leakyRelu(Object x) {
    return leakyRelu(x, 0.2);
  }

  /** Returns {@code x} where it is above 0, else {@code negativeSlope * x}. */
  public static Tensor leakyRelu(Object x, Object negativeSlope) {
    return ActivationFormulas.LEAKY_RELU.of(x, negativeSlope);
  }

  /** Returns {@link #elu(Object, Object)} with an alpha of 1. */
  public static Tensor elu(Object x) {
    return elu(x, 1);
  }

  /** Returns {@code x} where it is above 0, else {@code alpha * (exp(x) - 1)}. */
  public static Tensor elu(Object x, Object alpha) {
    return ActivationFormulas.ELU.of(x, alpha);
  }

  /**
   * Returns 1.0507 times the {@link #elu(Object, Object)} with an alpha of 1.6733, which keeps a
   * mean of 0 and a variance of 1 (Klambauer et al., 2017).
   */
  public static Tensor selu(Object x) {
    return ActivationFormulas.SELU.of(x);
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
    return ActivationFormulas.CELU.of(x, alpha);
  }

  /**
   * Returns {@code x} times the probability that a standard normal number is below {@code x}:
   * {@code x * erfc(-x / sqrt(2)) / 2}.
   */
  public static Tensor gelu(Object x) {
    return ActivationFormulas.GELU.of(x);
  }

  /**
   * Returns an approximation of {@link #gelu}: {@code x / 2 * (1 + tanh(sqrt(2 / pi) * (x +
   * 0.044715 * x³)))}.
   */
  public static Tensor geluTanh(Object x) {
    return ActivationFormulas.GELU_TANH.of(x);
  }

  /** Returns {@code x * sigmoid(x)}, also named swish. */
  public static Tensor silu(Object x) {
    return ActivationFormulas.SILU.of(x);
  }

  /** Returns {@code x * tanh(softplus(x))}. */
  public static Tensor mish(Object x) {
    return ActivationFormulas.MISH.of(x);
  }

  /** Returns {@code 1 / (1 + exp(-x))}. */
  public static Tensor sigmoid(Object x) {
    return ActivationFormulas.SIGMOID.of(x);
  }

  /** Returns {@code log(sigmoid(x))}, without overflow. */
  public static Tensor logSigmoid(Object x) {
    return ActivationFormulas.LOG_SIGMOID.of(x);
  }

  /** Returns the hyperbolic tangent. */
  public static Tensor tanh(Object x) {
    return Maths.tanh(x);
  }

  /** Returns {@code log(1 + exp(x))}, without overflow. */
  public static Tensor softplus(Object x) {
    return ActivationFormulas.SOFTPLUS.of(x);
  }

  /** Returns {@link #squareplus(Object, Object)} with a b of 4. */
  public static Tensor squareplus(Object x) {
    return squareplus(x, 4);
  }

  /**
   * Returns {@code (x + sqrt(x² + b)) / 2}, a smooth {@link #relu(Object)} (Barron, "Squareplus: A
   * Softplus-Like Algebraic Rectifier", 2021); {@code b} is 0 or more.
   */
  public static Tensor squareplus(Object x, Object b) {
    return ActivationFormulas.SQUAREPLUS.of(x, b);
  }

  /**
   * Returns 0 where {@code x} is -1 or less, {@code x} where it is 1 or more, and {@code (x + 1)² /
   * 4} between.
   */
  public static Tensor sparsePlus(Object x) {
    return ActivationFormulas.SPARSE_PLUS.of(x);
  }

  /**
   * Returns {@code (x + 1) / 2} limited to [0, 1], the gradient of {@link #sparsePlus}; its own
   * gradient at -1 and at 1 is 0.
   */
  public static Tensor sparseSigmoid(Object x) {
    return ActivationFormulas.SPARSE_SIGMOID.of(x);
  }

  /** Returns {@code exp(x)}. */
  public static Tensor exponential(Object x) {
    return ActivationFormulas.EXPONENTIAL.of(x);
  }

  /** Returns {@code x / (1 + abs(x))}. */
  public static Tensor softsign(Object x) {
    return ActivationFormulas.SOFTSIGN.of(x);
  }

  /** Returns {@code x - tanh(x)}. */
  public static Tensor tanhShrink(Object x) {
    return ActivationFormulas.TANH_SHRINK.of(x);
  }

  /** Returns {@code relu6(x + 3) / 6}; its gradient at -3 and at 3 is 0. */
  public static Tensor hardSigmoid(Object x) {
    return ActivationFormulas.HARD_SIGMOID.of(x);
  }

  /** Returns {@code x * hardSigmoid(x)}, also named hard silu. */
  public static Tensor hardSwish(Object x) {
    return ActivationFormulas.HARD_SWISH.of(x);
  }

  /** Returns {@code x} limited to [-1, 1]; its gradient at both ends is 1. */
  public static Tensor hardTanh(Object x) {
    return ActivationFormulas.HARD_TANH.of(x);
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
    return ActivationFormulas.SOFT_SHRINK.of(x, lambda);
  }

  /** Returns {@link #hardShrink(Object, Object)} with a lambda of 0.5. */
  public static Tensor hardShrink(Object x) {
    return hardShrink(x, 0.5);
  }

  /** Returns {@code x}, or 0 where it is within {@code lambda} of 0. */
  public static Tensor hardShrink(Object x, Object lambda) {
    return ActivationFormulas.HARD_SHRINK.of(x, lambda);
  }

  /** Returns {@link #glu(Object, int)} along the last axis. */
  public static Tensor glu(Object x) {
    return glu(x, -1);
  }

  /**
   * Returns {@code a * sigmoid(b)}, where {@code a} and {@code b} are the halves of {@code x} along
   * an axis (Dauphin et al., "Language Modeling with Gated Convolutional Networks", 2017).
   *
   * @throws IllegalArgumentException if the axis has an odd size
   */
  public static Tensor glu(Object x, int axis) {
    Tensor tensor = Operands.tensor(x);
    Checks.sameFloating("glu", tensor.spec());
    int along = tensor.shape().axis(axis, "glu");
    long size = tensor.shape().size(along);
    if (size == Shape.UNKNOWN || size % 2 != 0) {
      throw Refusal.of(
          "glu",
          "needs an axis of even, known size, to split it in two",
          "axis " + axis + " of " + tensor.shape(),
          "choose another axis, or pad it");
    }
    List<Tensor> halves = Joining.split(tensor, 2, along);
    return halves.getFirst().mul(sigmoid(halves.getLast()));
  }

  /** Returns {@link #softmax(Object, int)} along the last axis. */
  public static Tensor softmax(Object x) {
    return Softmax.softmax(x);
  }

  /** Returns {@code exp(x) / sum(exp(x))} along an axis. */
  public static Tensor softmax(Object x, int axis) {
    return Softmax.softmax(x, axis);
  }

  /** Returns {@link #logSoftmax(Object, int)} along the last axis. */
  public static Tensor logSoftmax(Object x) {
    return Softmax.logSoftmax(x);
  }

  /** Returns the logarithm of {@link #softmax(Object, int)}, exact for small probabilities. */
  public static Tensor logSoftmax(Object x, int axis) {
    return Softmax.logSoftmax(x, axis);
  }

  /** Returns {@link #sparsemax(Object, int)} along the last axis. */
  public static Tensor sparsemax(Object x) {
    return sparsemax(x, -1);
  }

  /**
   * Returns the point of the probability simplex that is nearest to {@code x} along an axis: {@code
   * max(x - tau, 0)} with the {@code tau} that makes the sum 1 (Martins and Astudillo, "From
   * Softmax to Sparsemax", 2016, algorithm 1).
   */
  public static Tensor sparsemax(Object x, int axis) {
    Tensor tensor = Operands.tensor(x);
    Checks.sameFloating("sparsemax", tensor.spec());
    int along = tensor.shape().axis(axis, "sparsemax");
    Tensor below = tensor.sub(Reductions.max(tensor, true, along));
    Tensor sorted = Sorting.sort(below, along, true);
    Tensor count = Cumulative.cumsum(Creation.onesLike(sorted), along);
    Tensor isSupport = Logic.greater(sorted.mul(count), Cumulative.cumsum(sorted, along).sub(1));
    Tensor sum = Reductions.sum(Logic.where(isSupport, sorted, 0), true, along);
    Tensor support = Reductions.sum(Casting.cast(isSupport, tensor.dtype()), true, along);
    return relu(below.sub(sum.sub(1).div(support)));
  }
}
