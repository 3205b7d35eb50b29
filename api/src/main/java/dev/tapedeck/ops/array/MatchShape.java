package dev.tapedeck.ops.array;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.SimpleOp;
import dev.tapedeck.ops.SingleOutputOp;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.ops.kernels.Reduction;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Sizes;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * An op that gives a tensor the shape of another, which may be known only when a graph runs: it
 * broadcasts axes of size 1, and sums over axes where the other has size 1.
 *
 * @hidden not for programs that use Tapedeck
 */
public record MatchShape() implements SimpleOp {
  /**
   * Returns a gradient in the shape of its input: summed over the axes along which the input was
   * broadcast, and broadcast along axes where the gradient is the same for all elements.
   */
  public static Tensor of(Tensor gradient, Tensor input) {
    Shape from = gradient.shape();
    Shape to = input.shape();
    if (!from.isKnown() || !to.isKnown()) {
      return new MatchShape().applyTo(gradient, input);
    }
    if (from.equals(to)) {
      return gradient;
    }
    int[] axes = summed(from, to);
    Tensor sum = axes.length == 0 ? gradient : Reductions.sum(gradient, true, axes);
    int missing = from.rank() - to.rank();
    Tensor aligned =
        missing > 0 ? Shaping.reshape(sum, sum.shape().slice(missing, from.rank()).toArray()) : sum;
    return Shaping.broadcastTo(aligned, to.toArray());
  }

  /** Returns the axes to sum over: missing ones, and those that have size 1. */
  private static int[] summed(Shape from, Shape to) {
    int missing = from.rank() - to.rank();
    return IntStream.range(0, from.rank())
        .filter(i -> i < missing || (to.size(i - missing) == 1 && from.size(i) != 1))
        .toArray();
  }

  /** Returns a tensor broadcast to the shape of another. */
  static Tensor broadcast(Tensor x, Tensor like) {
    return like.shape().isKnown()
        ? Shaping.broadcastTo(x, like.shape().toArray())
        : new MatchShape().applyTo(x, like);
  }

  /**
   * Applies an op whose output has the shape of a tensor; where that shape is unknown, the tensor
   * is passed as the last input.
   */
  public static Tensor applyLike(SingleOutputOp op, Tensor like, Tensor... inputs) {
    Tensor[] all = Arrays.copyOf(inputs, inputs.length + 1);
    all[inputs.length] = like;
    return op.applyTo(like.shape().isKnown() ? inputs : all);
  }

  /** Returns the output shape of such an op: the last input's, where the op does not know it. */
  public static Shape outputShape(Op op, Shape shape, TensorSpec... inputs) {
    if (shape.isKnown()) {
      return shape;
    }
    Shape like = inputs[inputs.length - 1].shape();
    boolean fits = like.rank() == shape.rank();
    for (int axis = 0; fits && axis < shape.rank(); axis++) {
      fits = !Sizes.differ(shape.size(axis), like.size(axis));
    }
    if (!fits) {
      throw Refusal.of(
          op.name(),
          "needs a last input of the output's shape " + shape,
          like,
          "pass the tensor whose shape the output has");
    }
    return like;
  }

  @Override
  public String name() {
    return "fitLike";
  }

  @Override
  public TensorSpec inferOutput(TensorSpec... inputs) {
    Checks.inputs(this, 2, inputs);
    Shape x = inputs[0].shape();
    Shape like = inputs[1].shape();
    Shape.broadcast(x, like, name()); // throws where they do not fit
    return new TensorSpec(inputs[0].dtype(), like);
  }

  @Override
  public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
    Elements.copy(summed(kernels, inputs[0], output.shape()).broadcastTo(output.shape()), output);
  }

  private static EagerTensor summed(Kernels kernels, EagerTensor x, Shape to) {
    int missing = x.shape().rank() - to.rank();
    int[] axes = summed(x.shape(), to);
    if (axes.length == 0) {
      return x;
    }
    EagerTensor sum = EagerTensor.allocate(new TensorSpec(x.dtype(), Reduce.left(x.shape(), axes)));
    new Reduce("sum", Reduction.SUM, false, axes).executeInto(kernels, sum, x);
    Shape kept = Reduce.kept(x.shape(), axes).slice(Math.max(missing, 0), x.shape().rank());
    return sum.view(kept, kept.strides(), sum.offset());
  }

  @Override
  public Tensor[] gradient(Call call, Tensor upstream) {
    return new Tensor[] {new MatchShape().applyTo(upstream, call.input(0)), null};
  }

  /**
   * Returns the number of elements along axes: a Java number, or a tensor of the same type where
   * sizes are unknown.
   */
  public static Object count(Tensor x, int... axes) {
    long count = 1;
    for (int axis : axes) {
      long size = x.shape().size(axis);
      if (size == Shape.UNKNOWN) {
        return Casting.cast(new Count(axes).applyTo(x), x.dtype());
      }
      count *= size;
    }
    return (double) count;
  }

  /**
   * The number of elements along axes, as float64; an op, because sizes in a graph may be unknown.
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Count(int... axes) implements SimpleOp {
    Count {
      Objects.requireNonNull(axes, "count: axes");
    }

    @Override
    public String name() {
      return "count";
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, 1, inputs);
      Checks.axes(name(), axes, inputs[0].shape());
      return new TensorSpec(DType.FLOAT64, Shape.of());
    }

    @Override
    public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      long count = 1;
      for (int axis : axes) {
        count *= inputs[0].shape().size(axis);
      }
      Elements.fill(output, count);
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      return new Tensor[1];
    }
  }
}
