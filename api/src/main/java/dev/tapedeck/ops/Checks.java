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
      throw Refusal.of(
          op.name(), "needs " + count + " inputs", inputs.length, "give that many tensors");
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
        throw Refusal.of(
            who,
            "needs rising axes of " + shape,
            Arrays.toString(axes),
            "sort them, name each once, and count from 0");
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
    return Refusal.of(
        who,
        "element types must be equal",
        a + " and " + b,
        "cast one, as cast(x, DType." + (first ? a : b).name() + ")");
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

  /** Checks that a type is one of numbers. */
  public static void numeric(String who, DType dtype) {
    if (!dtype.isNumeric()) {
      throw Refusal.of(who, "needs a numeric type", dtype, "cast it first");
    }
  }

  /** Checks that a number is not below the least that is allowed. */
  public static void atLeast(String who, String what, long least, long number, String remedy) {
    if (number < least) {
      throw Refusal.of(who, what + " must be " + least + " or more", number, remedy);
    }
  }

  /** Returns the error for sizes that must be known but are not, as in a trace. */
  public static IllegalArgumentException unknown(String who, String what, Object received) {
    return Refusal.of(
        who, what + " must be known", received, "give it in the signature of the traced function");
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
      throw Refusal.of(
          who,
          what + " must have rank " + rank,
          input.shape(),
          input.shape().rank() < rank
              ? "add axes of size 1 with expandDims"
              : "reshape it, or squeeze axes of size 1");
    }
  }
}
