package dev.tapedeck.ops;

import dev.tapedeck.ops.Kernels.Reduction;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;

/**
 * Reductions over axes. No axes given means all of them; a negative axis counts from the end; with
 * {@code keepDims} a reduced axis stays, with size 1.
 */
public final class Reductions {
  private Reductions() {}

  /**
   * Returns the sum, in the element type: whole numbers that do not fit it wrap around, as in
   * TensorFlow, so cast uint8 first; of nothing it is 0.
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
   * Returns the largest element, NaN if there is one; equal largest ones share the gradient.
   *
   * @throws IllegalArgumentException if there is none to choose from
   */
  public static Tensor max(Object x, int... axes) {
    return max(x, false, axes);
  }

  /**
   * Returns the largest element; equal largest ones share the gradient.
   *
   * @throws IllegalArgumentException if there is none to choose from
   */
  public static Tensor max(Object x, boolean keepDims, int... axes) {
    return reduce("max", Reduction.MAX, x, keepDims, axes);
  }

  /**
   * Returns the smallest element, NaN if there is one; equal smallest ones share the gradient.
   *
   * @throws IllegalArgumentException if there is none to choose from
   */
  public static Tensor min(Object x, int... axes) {
    return min(x, false, axes);
  }

  /**
   * Returns the smallest element; equal smallest ones share the gradient.
   *
   * @throws IllegalArgumentException if there is none to choose from
   */
  public static Tensor min(Object x, boolean keepDims, int... axes) {
    return reduce("min", Reduction.MIN, x, keepDims, axes);
  }

  /** Returns whether any bool is true; of none, false. */
  public static Tensor any(Object x, int... axes) {
    return onBools("any", Reduction.MAX, x, axes);
  }

  /** Returns whether all bools are true; of none, true. */
  public static Tensor all(Object x, int... axes) {
    return onBools("all", Reduction.MIN, x, axes);
  }

  /**
   * Returns the position, int32, of the first largest element along an axis; NaN counts as larger
   * than any number, as in NumPy.
   */
  public static Tensor argmax(Object x, int axis) {
    return new Arg(true, axis).on(Operands.tensor(x));
  }

  /**
   * Returns the position, int32, of the first smallest element along an axis; NaN counts as smaller
   * than any number, as in NumPy.
   */
  public static Tensor argmin(Object x, int axis) {
    return new Arg(false, axis).on(Operands.tensor(x));
  }

  private static Tensor reduce(
      String name, Reduction kind, Object x, boolean keepDims, int... axes) {
    Tensor tensor = Operands.tensor(x);
    int[] normal = tensor.shape().axes(axes, name);
    Tensor reduced = new Reduce(name, kind, false, normal).on(tensor);
    return keepDims ? Shaping.reshape(reduced, kept(tensor.shape(), normal).toArray()) : reduced;
  }

  /** Any is the largest of bools, all the smallest. */
  private static Tensor onBools(String name, Reduction kind, Object x, int... axes) {
    Tensor tensor = Operands.tensor(x);
    return new Reduce(name, kind, true, tensor.shape().axes(axes, name)).on(tensor);
  }

  private static Shape kept(Shape shape, int[] axes) {
    for (int axis : axes) {
      shape = shape.with(axis, 1);
    }
    return shape;
  }

  @SuppressWarnings("ArrayRecordComponent") // private, never compared
  private record Reduce(String name, Reduction kind, boolean ofBools, int[] axes)
      implements SimpleOp {
    @Override
    public TensorSpec rule(TensorSpec... inputs) {
      TensorSpec x = inputs[0];
      boolean fits =
          ofBools
              ? x.dtype() == DType.BOOL
              : kind == Reduction.MEAN ? x.dtype().isFloating() : x.dtype().isNumeric();
      if (!fits) {
        String expected =
            ofBools ? "bool" : kind == Reduction.MEAN ? "a floating point type" : "a numeric type";
        throw new IllegalArgumentException(
            name
                + ": needs "
                + expected
                + ", received "
                + x.dtype()
                + "; "
                + (ofBools ? "compare it first" : "cast it first"));
      }
      Shape shape = x.shape();
      long[] sizes = new long[shape.rank() - axes.length];
      for (int axis = 0, from = 0, to = 0; axis < shape.rank(); axis++) {
        if (from < axes.length && axes[from] == axis) {
          from++;
        } else {
          sizes[to++] = shape.size(axis);
        }
      }
      Shape result = Shape.of(sizes);
      boolean chooses = !ofBools && (kind == Reduction.MAX || kind == Reduction.MIN);
      if (chooses && shape.count() == 0 && result.count() != 0) {
        throw new IllegalArgumentException(
            name
                + ": nothing to choose from in shape "
                + shape
                + "; check that the tensor is not empty");
      }
      return new TensorSpec(x.dtype(), result);
    }

    @Override
    public void compute(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      if (inputs[0].shape().count() == 0) {
        Elements.fill(
            output, kind == Reduction.MEAN ? Double.NaN : ofBools && kind == Reduction.MIN ? 1 : 0);
      } else {
        kernels.reduce(kind, inputs[0], axes, output);
      }
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      Tensor x = call.input(0);
      Shape kept = kept(x.shape(), axes);
      Tensor g = Shaping.reshape(upstream, kept.toArray());
      Tensor result =
          switch (kind) {
            case SUM -> Shaping.broadcastTo(g, x.shape().toArray());
            case MEAN ->
                Shaping.broadcastTo(
                    g.mul((double) call.output().shape().count() / x.shape().count()),
                    x.shape().toArray());
            case MAX, MIN -> {
              Tensor chosen =
                  Casting.cast(
                      Logic.equal(x, Shaping.reshape(call.output(), kept.toArray())), x.dtype());
              yield chosen.mul(g).div(sum(chosen, true, axes));
            }
          };
      return new Tensor[] {result};
    }
  }

  private record Arg(boolean largest, int axis) implements SimpleOp {
    @Override
    public String name() {
      return largest ? "argmax" : "argmin";
    }

    @Override
    public TensorSpec rule(TensorSpec... inputs) {
      Shape shape = inputs[0].shape();
      int along = shape.axis(axis, name());
      if (!inputs[0].dtype().isNumeric()) {
        throw new IllegalArgumentException(
            name() + ": needs a numeric type, received bool; cast it first");
      }
      if (shape.size(along) == 0) {
        throw new IllegalArgumentException(
            name() + ": nothing to choose from along axis " + along + " of shape " + shape);
      }
      return new TensorSpec(
          DType.INT32,
          shape.slice(0, along).concat(shape.slice(along + 1, shape.rank()).toArray()));
    }

    @Override
    public void compute(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      EagerTensor x = inputs[0].contiguous();
      int along = x.shape().axis(axis, name());
      long size = x.shape().size(along);
      long inner = x.shape().strides()[along];
      var elements = x.elements();
      var positions = output.elements();
      for (long i = 0; i < output.shape().count(); i++) {
        long start = i / inner * inner * size + i % inner;
        int best = 0;
        for (int j = 1; j < size; j++) {
          if (beats(x.dtype(), elements, start + j * inner, start + best * inner)) {
            best = j;
          }
        }
        positions.setAtIndex(Elements.INT, i, best);
      }
    }

    private boolean beats(DType dtype, MemorySegment elements, long one, long best) {
      int order;
      if (dtype.isFloating()) {
        double x = Elements.getDouble(dtype, elements, one);
        double y = Elements.getDouble(dtype, elements, best);
        if (Double.isNaN(x) || Double.isNaN(y)) {
          return !Double.isNaN(y);
        }
        order = x > y ? 1 : x < y ? -1 : 0;
      } else {
        order =
            Long.compare(
                Elements.getLong(dtype, elements, one), Elements.getLong(dtype, elements, best));
      }
      return largest ? order > 0 : order < 0;
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      return new Tensor[1];
    }
  }
}
