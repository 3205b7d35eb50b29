package dev.tapedeck.ops.array;

import dev.tapedeck.ops.ByExample;
import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.ops.kernels.Reduction;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * A reduction over axes, which are ascending.
 *
 * @param ofBools whether it takes bools instead of numbers: any is their maximum, all their minimum
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Reduce(String name, Reduction kind, boolean ofBools, int[] axes) implements ByExample {
  /** The fewest elements of an example that are added up before others are. */
  private static final long LEAST = 32;

  /** Checks that bools are reduced by maximum or minimum. */
  Reduce {
    Objects.requireNonNull(name, "reduction: name");
    Objects.requireNonNull(axes, "reduction: axes");
    if (ofBools && kind != Reduction.MAX && kind != Reduction.MIN) {
      throw Refusal.of(name, "bools have only MAX and MIN", kind, "cast them first");
    }
    Objects.requireNonNull(kind, "reduction: kind");
  }

  /** Returns the error for a tensor without an element that could be chosen. */
  static IllegalArgumentException empty(String who, Shape shape) {
    return Refusal.of(
        who, "needs an element to choose", "shape " + shape, "leave empty tensors out");
  }

  /** Returns the shape of a reduction that keeps the reduced axes, with size 1. */
  static Shape kept(Shape shape, int[] axes) {
    for (int axis : axes) {
      shape = shape.with(axis, 1);
    }
    return shape;
  }

  /** Returns the shape of a reduction. */
  static Shape left(Shape shape, int[] axes) {
    Checks.axes("reduction", axes, shape);
    return Shape.of(Arrays.stream(others(shape, axes)).mapToLong(shape::size).toArray());
  }

  private static int[] others(Shape shape, int[] axes) {
    return IntStream.range(0, shape.rank())
        .filter(axis -> Arrays.binarySearch(axes, axis) < 0)
        .toArray();
  }

  @Override
  public TensorSpec inferOutput(TensorSpec... inputs) {
    Checks.inputs(this, 1, inputs);
    TensorSpec x = inputs[0];
    boolean fits =
        ofBools
            ? x.dtype() == DType.BOOL
            : kind == Reduction.MEAN ? x.dtype().isFloating() : x.dtype().isNumeric();
    if (!fits) {
      String expected =
          ofBools ? "bool" : kind == Reduction.MEAN ? "a floating point type" : "a numeric type";
      throw Refusal.of(
          name, "needs " + expected, x.dtype(), ofBools ? "compare it first" : "cast it first");
    }
    Shape shape = x.shape();
    Shape result = left(shape, axes);
    boolean chooses = !ofBools && (kind == Reduction.MAX || kind == Reduction.MIN);
    if (chooses && shape.count() == 0 && result.count() != 0) {
      throw empty(name, shape);
    }
    return new TensorSpec(x.dtype(), result);
  }

  /**
   * Returns the sums of examples, and the sum of these, which kernels of sums add in that order;
   * nothing if they do not.
   */
  List<Op> byExample(Shape shape) {
    int end = axes.length;
    boolean all = end > 1 && axes[end - 1] == end - 1 && shape.rank() == end + 1;
    return kind == Reduction.SUM && all && shape.slice(1, end).count() >= LEAST
        ? List.of(
            new Reduce(name, kind, false, IntStream.range(1, end).toArray()),
            new Reduce(name, kind, false, new int[] {0}))
        : List.of();
  }

  @Override
  public boolean isByExample() {
    return axes.length > 0 && axes[0] > 0;
  }

  @Override
  public int equalInput(Tensor... inputs) {
    return axes.length == 0 ? 0 : -1;
  }

  @Override
  public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
    if (inputs[0].shape().count() > 0) {
      kernels.reductions().reduce(kind, inputs[0], axes, output);
    } else {
      Elements.fill(
          output,
          switch (kind) {
            case SUM, MAX -> 0;
            case PROD, MIN -> 1;
            case MEAN -> Double.NaN;
          });
    }
  }

  @Override
  public Tensor[] gradient(Call call, Tensor upstream) {
    Tensor x = call.input(0);
    Shape kept = kept(x.shape(), axes);
    Tensor g = Shaping.reshape(upstream, kept);
    Tensor result =
        switch (kind) {
          case SUM -> MatchShape.broadcast(g, x);
          case MEAN -> MatchShape.broadcast(g.mul(share(x)), x);
          case PROD -> g.mul(productsOfOthers(x));
          case MAX, MIN -> {
            Tensor chosen =
                Casting.cast(Logic.equal(x, Shaping.reshape(call.output(), kept)), x.dtype());
            yield chosen.mul(g).div(Reductions.sum(chosen, true, axes));
          }
        };
    return new Tensor[] {result};
  }

  /** Returns the weight of each element in the mean. */
  private Object share(Tensor x) {
    if (!x.shape().isKnown()) {
      return Casting.cast(Maths.reciprocal(new MatchShape.Count(axes).applyTo(x)), x.dtype());
    }
    double share = 1;
    for (int axis : axes) {
      share /= x.shape().size(axis);
    }
    return share;
  }

  /** Returns, for each element, the product of all others; correct at zeros, too. */
  private Tensor productsOfOthers(Tensor x) {
    int[] others = others(x.shape(), axes);
    int[] order = IntStream.concat(Arrays.stream(others), Arrays.stream(axes)).toArray();
    Tensor last = Shaping.transpose(x, order);
    Shape shape = last.shape();
    Tensor rows =
        Shaping.reshape(
            last,
            shape
                .slice(0, others.length)
                .concat(shape.slice(others.length, shape.rank()).count())
                .toArray());
    Tensor products =
        Cumulative.cumprod(rows, -1, true, false).mul(Cumulative.cumprod(rows, -1, true, true));
    int[] back = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      back[order[i]] = i;
    }
    return Shaping.transpose(Shaping.reshape(products, shape), back);
  }
}
