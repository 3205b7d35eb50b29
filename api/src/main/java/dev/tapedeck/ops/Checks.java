package dev.tapedeck.ops;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Arrays;

/** Checks shared by the inference rules of ops. */
public final class Checks {
  private Checks() {}

  /** Checks the number of inputs of an op. */
  public static void inputs(Op op, int count, TensorSpec... inputs) {
    if (inputs.length != count) {
      throw new IllegalArgumentException(
          op.name() + ": needs " + count + " inputs, received " + inputs.length);
    }
  }

  /** Checks that a shape has an axis, which is counted from the start. */
  public static void axis(Op op, int axis, Shape shape) {
    if (axis < 0 || axis >= shape.rank()) {
      throw Refusal.of(
          op.name(),
          "axis must be in [0, " + shape.rank() + ") for shape " + shape,
          axis,
          "choose one of its axes");
    }
  }

  /** Checks that axes are ascending and exist in a shape. */
  public static void axes(String who, int[] axes, Shape shape) {
    for (int i = 0; i < axes.length; i++) {
      if (axes[i] < 0 || axes[i] >= shape.rank() || (i > 0 && axes[i] <= axes[i - 1])) {
        throw new IllegalArgumentException(
            who + ": needs rising axes of " + shape + ", received " + Arrays.toString(axes));
      }
    }
  }

  /** Returns the floating point type that all inputs have. */
  public static DType sameFloating(String who, TensorSpec... inputs) {
    DType dtype = same(who, inputs);
    if (!dtype.isFloating()) {
      throw Refusal.of(who, "needs a floating point type", dtype, "cast it first");
    }
    return dtype;
  }

  /** Returns the error for two types that should be equal; it advises a cast to the wider one. */
  static IllegalArgumentException typesDiffer(String who, DType a, DType b) {
    boolean first = a.isFloating() == b.isFloating() ? a.bytes() >= b.bytes() : a.isFloating();
    return new IllegalArgumentException(
        who
            + ": element types differ: "
            + a
            + " and "
            + b
            + "; cast one, as cast(x, DType."
            + (first ? a : b).name()
            + ")");
  }

  /** Returns the type that all inputs have. */
  public static DType same(String who, TensorSpec... inputs) {
    DType dtype = inputs[0].dtype();
    for (TensorSpec input : inputs) {
      if (input.dtype() != dtype) {
        throw typesDiffer(who, dtype, input.dtype());
      }
    }
    return dtype;
  }

  /** Checks that an input holds indices. */
  public static void wholeNumbers(String who, TensorSpec indices) {
    if (!indices.dtype().isInteger()) {
      throw Refusal.of(who, "needs whole-number indices", indices.dtype(), "cast them to int32");
    }
  }

  /** Checks that an input has an element type and a shape. */
  public static void spec(String who, TensorSpec expected, TensorSpec input) {
    if (!input.fits(expected)) {
      throw Refusal.of(who, "needs " + expected, input, "cast or reshape it");
    }
  }

  /** Checks that an input has a rank. */
  public static void rank(String who, String what, int rank, TensorSpec input) {
    if (input.shape().rank() != rank) {
      throw new IllegalArgumentException(
          who + ": " + what + " must have rank " + rank + ", received " + input.shape());
    }
  }
}
