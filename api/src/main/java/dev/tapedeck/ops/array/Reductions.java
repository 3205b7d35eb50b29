package dev.tapedeck.ops.array;

import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.ops.kernels.Reduction;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * Reductions over axes. No axes given means all of them; a negative axis counts from the end; with
 * {@code keepDims} reduced axes stay, with size 1.
 */
public final class Reductions {
  /**
   * The power of a number of 0 or more, to an exponent of 1 or more: its derivative has no pole.
   */
  private static final Pointwise POWER =
      Pointwise.floating(Formula.of("pow", (x, y) -> x.pow(y)))
          .withGradient(0, a -> a[3].times(a[1]).times(a[0].pow(a[1].minus(1))));

  private static final Pointwise SQUARE = Pointwise.floating(Formula.of("square", x -> x.square()));

  private static final Pointwise EXP_OF_DIFFERENCE =
      Pointwise.floating(Formula.of("exp", (x, y) -> x.minus(y).exp()));

  private Reductions() {}

  /**
   * Returns the sum, in the element type: whole numbers wrap around on overflow, as in TensorFlow,
   * so cast uint8 first. The sum of no elements is 0.
   */
  public static Tensor sum(Object x, int... axes) {
    return sum(x, false, axes);
  }

  /** Returns the sum, as {@link #sum(Object, int...)}. */
  public static Tensor sum(Object x, boolean keepDims, int... axes) {
    return reduce("sum", Reduction.SUM, x, keepDims, axes);
  }

  /** Returns the mean of floating point numbers; of nothing it is NaN. */
  public static Tensor mean(Object x, int... axes) {
    return mean(x, false, axes);
  }

  /** Returns the mean of floating point numbers; of nothing it is NaN. */
  public static Tensor mean(Object x, boolean keepDims, int... axes) {
    return reduce("mean", Reduction.MEAN, x, keepDims, axes);
  }

  /**
   * Returns the maximum, NaN if there is one; equal maxima share the gradient.
   *
   * @throws IllegalArgumentException if there are no elements
   */
  public static Tensor max(Object x, int... axes) {
    return max(x, false, axes);
  }

  /**
   * Returns the maximum, as {@link #max(Object, int...)}.
   *
   * @throws IllegalArgumentException if there are no elements
   */
  public static Tensor max(Object x, boolean keepDims, int... axes) {
    return reduce("max", Reduction.MAX, x, keepDims, axes);
  }

  /**
   * Returns the minimum, NaN if there is one; equal minima share the gradient.
   *
   * @throws IllegalArgumentException if there are no elements
   */
  public static Tensor min(Object x, int... axes) {
    return min(x, false, axes);
  }

  /**
   * Returns the minimum, as {@link #min(Object, int...)}.
   *
   * @throws IllegalArgumentException if there are no elements
   */
  public static Tensor min(Object x, boolean keepDims, int... axes) {
    return reduce("min", Reduction.MIN, x, keepDims, axes);
  }

  /**
   * Returns the product, in the element type; whole numbers wrap around on overflow. The product of
   * no elements is 1.
   */
  public static Tensor prod(Object x, int... axes) {
    return prod(x, false, axes);
  }

  /** Returns the product, as {@link #prod(Object, int...)}. */
  public static Tensor prod(Object x, boolean keepDims, int... axes) {
    return reduce("prod", Reduction.PROD, x, keepDims, axes);
  }

  /** Returns whether any bool is true; of none, false. */
  public static Tensor any(Object x, int... axes) {
    return any(x, false, axes);
  }

  /** Returns whether any bool is true; of none, false. */
  public static Tensor any(Object x, boolean keepDims, int... axes) {
    return reduce("any", Reduction.MAX, true, x, keepDims, axes);
  }

  /** Returns whether all bools are true; of none, true. */
  public static Tensor all(Object x, int... axes) {
    return all(x, false, axes);
  }

  /** Returns whether all bools are true; of none, true. */
  public static Tensor all(Object x, boolean keepDims, int... axes) {
    return reduce("all", Reduction.MIN, true, x, keepDims, axes);
  }

  /** Returns the variance of a population, the mean squared distance from the mean. */
  public static Tensor variance(Object x, int... axes) {
    return variance(x, false, axes);
  }

  /** Returns the variance of a population, the mean squared distance from the mean. */
  public static Tensor variance(Object x, boolean keepDims, int... axes) {
    Tensor tensor = floating("variance", x);
    int[] normal = tensor.shape().axes(axes, "variance");
    return mean(Maths.squaredDifference(tensor, mean(tensor, true, normal)), keepDims, normal);
  }

  /**
   * Returns the standard deviation of a population, the square root of its variance; where it is 0,
   * the gradient is NaN.
   */
  public static Tensor std(Object x, int... axes) {
    return std(x, false, axes);
  }

  /** Returns the standard deviation, as {@link #std(Object, int...)}. */
  public static Tensor std(Object x, boolean keepDims, int... axes) {
    Tensor tensor = floating("std", x);
    return Maths.sqrt(variance(tensor, keepDims, tensor.shape().axes(axes, "std")));
  }

  /**
   * Returns the Euclidean norm, {@code sqrt(sum(x ** 2))}; where it is 0, the gradient is NaN,
   * unless the output's gradient is 0. Two axes or more are flattened into one vector.
   */
  public static Tensor norm(Object x, int... axes) {
    return norm(x, 2, false, axes);
  }

  /** Returns the Euclidean norm, as {@link #norm(Object, int...)}. */
  public static Tensor norm(Object x, boolean keepDims, int... axes) {
    return norm(x, 2, keepDims, axes);
  }

  /**
   * Returns the norm of an order, {@code sum(abs(x) ** ord) ** (1 / ord)}; that of infinite order
   * is the largest absolute value. Two axes or more are flattened into one vector.
   *
   * @throws IllegalArgumentException if the order is not above 0
   */
  public static Tensor norm(Object x, double ord, boolean keepDims, int... axes) {
    Tensor tensor = floating("norm", x);
    int[] normal = tensor.shape().axes(axes, "norm");
    if (!(ord > 0)) {
      throw Refusal.of(
          "norm",
          "ord must be above 0",
          ord,
          "use 1, 2 or Double.POSITIVE_INFINITY; countNonzero is order 0");
    }
    if (ord == 2) {
      return Maths.sqrt(sum(SQUARE, keepDims, normal, tensor));
    }
    Tensor sizes = tensor.abs();
    if (ord == 1) {
      return sum(sizes, keepDims, normal);
    }
    return Double.isInfinite(ord)
        ? reduce("norm", Reduction.MAX, sizes, keepDims, normal)
        : sum(ord < 1 ? sizes.pow(ord) : POWER.of(sizes, ord), keepDims, normal).pow(1 / ord);
  }

  /**
   * Returns {@code log(sum(exp(x)))} without overflow; of no elements it is -infinity. The gradient
   * is softmax.
   */
  public static Tensor logSumExp(Object x, int... axes) {
    return logSumExp(x, false, axes);
  }

  /** Returns {@code log(sum(exp(x)))}, as {@link #logSumExp(Object, int...)}. */
  public static Tensor logSumExp(Object x, boolean keepDims, int... axes) {
    Tensor tensor = floating("logSumExp", x);
    int[] normal = tensor.shape().axes(axes, "logSumExp");
    Shape kept = Reduce.kept(tensor.shape(), normal);
    Tensor peak = new FiniteMax(normal).applyTo(tensor);
    Tensor powers = sum(EXP_OF_DIFFERENCE, false, normal, tensor, Shaping.reshape(peak, kept));
    Tensor result = Maths.log(powers).add(peak);
    return keepDims ? Shaping.reshape(result, kept) : result;
  }

  /** Returns how many elements are not 0, or true, as int64; NaN counts. */
  public static Tensor countNonzero(Object x, int... axes) {
    return countNonzero(x, false, axes);
  }

  /** Returns how many elements are not 0, or true, as int64; NaN counts. */
  public static Tensor countNonzero(Object x, boolean keepDims, int... axes) {
    Tensor tensor = Operands.tensor(x);
    Tensor nonzero = Casting.cast(Casting.cast(tensor, DType.BOOL), DType.INT64);
    return sum(nonzero, keepDims, tensor.shape().axes(axes, "countNonzero"));
  }

  /**
   * Returns the position, int32, of the first largest element along an axis; NaN counts as larger
   * than any number, as in NumPy.
   */
  public static Tensor argmax(Object x, int axis) {
    return new ArgReduce(true, axis).applyTo(Operands.tensor(x));
  }

  /**
   * Returns the position, int32, of the first smallest element along an axis; NaN counts as smaller
   * than any number, as in NumPy.
   */
  public static Tensor argmin(Object x, int axis) {
    return new ArgReduce(false, axis).applyTo(Operands.tensor(x));
  }

  /**
   * Returns two ops that give the same as a sum over all axes but the last: the sums of examples,
   * and the sum of these; nothing for another op.
   */
  public static List<Op> byExample(Op sum, Shape shape) {
    return sum instanceof Reduce reduce ? reduce.byExample(shape) : List.of();
  }

  /**
   * Returns an op that fuses a pointwise op and a reduction; null if {@code reduction} is not one.
   */
  public static Op fusePointwise(Op reduction, Pointwise formula) {
    return reduction instanceof Reduce reduce ? new ReducePointwise(formula, reduce) : null;
  }

  /** Returns the sum of a formula's values, which are not stored where no gradient needs them. */
  private static Tensor sum(Pointwise formula, boolean keepDims, int[] axes, Tensor... inputs) {
    if (Dispatch.isRecording() || !Dispatch.executingEagerly()) {
      return sum(formula.applyTo(inputs), keepDims, axes);
    }
    Reduce sum = new Reduce("sum", Reduction.SUM, false, axes);
    Tensor result = new ReducePointwise(formula, sum).applyTo(inputs);
    return keepDims ? Shaping.reshape(result, Reduce.kept(inputs[0].shape(), axes)) : result;
  }

  private static Tensor reduce(
      String name, Reduction kind, Object x, boolean keepDims, int... axes) {
    return reduce(name, kind, false, x, keepDims, axes);
  }

  private static Tensor reduce(
      String name, Reduction kind, boolean ofBools, Object x, boolean keepDims, int... axes) {
    Tensor tensor = Operands.tensor(x);
    int[] normal = tensor.shape().axes(axes, name);
    Tensor reduced = new Reduce(name, kind, ofBools, normal).applyTo(tensor);
    return keepDims ? Shaping.reshape(reduced, Reduce.kept(tensor.shape(), normal)) : reduced;
  }

  private static Tensor floating(String who, Object x) {
    Tensor tensor = Operands.tensor(x);
    Checks.sameFloating(who, tensor.spec());
    return tensor;
  }
}
