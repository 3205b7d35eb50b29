package dev.tapedeck.ops.array;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.SimpleOp;
import dev.tapedeck.ops.View;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/** Changes of shape; where possible they are views, which copy nothing. */
public final class Shaping {
  private Shaping() {}

  /**
   * Returns the same elements, in row-major order, in another shape; one size may be -1, which is
   * computed from the others.
   *
   * @throws IllegalArgumentException if the numbers of elements differ
   */
  public static Tensor reshape(Object x, long... shape) {
    Tensor tensor = Operands.tensor(x);
    Shape target = Reshape.resolve(tensor.shape(), shape);
    return target.equals(tensor.shape())
        ? tensor
        : new Reshape(target, Optional.empty()).applyTo(tensor);
  }

  /**
   * Returns the tensor in a shape where several sizes may be unknown; they are the tensor's unknown
   * sizes, in order.
   */
  public static Tensor reshape(Tensor x, Shape to) {
    boolean several = Arrays.stream(to.toArray()).filter(s -> s == Shape.UNKNOWN).count() > 1;
    return several && !to.equals(x.shape())
        ? new Reshape(to, Optional.of(x.shape())).applyTo(x)
        : several ? x : reshape(x, to.toArray());
  }

  /** Returns the tensor with its axes reversed. */
  public static Tensor transpose(Object x) {
    Tensor tensor = Operands.tensor(x);
    int rank = tensor.shape().rank();
    return transpose(tensor, IntStream.range(0, rank).map(i -> rank - 1 - i).toArray());
  }

  /**
   * Returns the tensor with its axes in another order; axis {@code i} of the result is axis {@code
   * order[i]} of {@code x}.
   *
   * @throws IllegalArgumentException if the order does not name every axis once
   */
  public static Tensor transpose(Object x, int... order) {
    Tensor tensor = Operands.tensor(x);
    Shape shape = tensor.shape();
    int[] normal = Arrays.stream(order).map(a -> shape.axis(a, "transpose")).toArray();
    if (normal.length != shape.rank()
        || Arrays.stream(normal).distinct().count() != normal.length) {
      throw Transpose.refused(shape, order);
    }
    return new Transpose(normal).applyTo(tensor);
  }

  /**
   * Returns the same elements, dense and row-major in memory: the tensor itself if it is so
   * already, else a copy. In a graph, which chooses memory layouts itself, nothing is copied.
   */
  public static Tensor contiguous(Object x) {
    Tensor tensor = Operands.tensor(x);
    return tensor instanceof EagerTensor eager && eager.isContiguous()
        ? tensor
        : new Contiguous().applyTo(tensor);
  }

  /** Returns the tensor with a new axis of size 1 before {@code axis}; -1 means after the last. */
  public static Tensor expandDims(Object x, int axis) {
    Tensor tensor = Operands.tensor(x);
    Shape shape = tensor.shape();
    int rank = shape.rank();
    if (axis < -rank - 1 || axis > rank) {
      throw Refusal.of(
          "expandDims",
          "axis must be in [" + (-rank - 1) + ", " + rank + "] for shape " + shape,
          axis,
          "choose the place of the new axis; -1 is behind the last");
    }
    int at = axis < 0 ? axis + rank + 1 : axis;
    return reshape(tensor, shape.slice(0, at).concat(1).concat(shape.slice(at, rank).toArray()));
  }

  /**
   * Returns the tensor without axes of size 1: those given, or all.
   *
   * @throws IllegalArgumentException if a given axis has another size
   */
  public static Tensor squeeze(Object x, int... axes) {
    Tensor tensor = Operands.tensor(x);
    Shape shape = tensor.shape();
    int[] chosen =
        axes.length > 0
            ? shape.axes(axes, "squeeze")
            : IntStream.range(0, shape.rank()).filter(i -> shape.size(i) == 1).toArray();
    for (int axis : axes.length > 0 ? chosen : shape.axes(axes, "squeeze")) {
      if (shape.size(axis) == Shape.UNKNOWN) {
        throw Checks.unknown("squeeze", "the size of axis " + axis, shape);
      }
    }
    for (int axis : chosen) {
      if (shape.size(axis) != 1) {
        throw Refusal.of(
            "squeeze",
            "axis " + axis + " of " + shape + " must have size 1",
            shape.size(axis),
            "reshape it, or select a position with get");
      }
    }
    return reshape(tensor, Reduce.left(shape, chosen));
  }

  /**
   * Returns the tensor with an axis moved to another position, the others keeping their order.
   *
   * @throws IllegalArgumentException if an axis is out of range
   */
  public static Tensor moveAxis(Object x, int from, int to) {
    Tensor tensor = Operands.tensor(x);
    int source = tensor.shape().axis(from, "moveAxis");
    int target = tensor.shape().axis(to, "moveAxis");
    int step = source < target ? 1 : -1;
    int[] order = IntStream.range(0, tensor.shape().rank()).toArray();
    for (int i = source; i != target; i += step) {
      order[i] = i + step;
    }
    order[target] = source;
    return transpose(tensor, order);
  }

  /**
   * Returns the tensor with two axes exchanged.
   *
   * @throws IllegalArgumentException if there is no such axis
   */
  public static Tensor swapAxes(Object x, int one, int other) {
    Tensor tensor = Operands.tensor(x);
    int first = tensor.shape().axis(one, "swapAxes");
    int second = tensor.shape().axis(other, "swapAxes");
    int[] order = IntStream.range(0, tensor.shape().rank()).toArray();
    order[first] = second;
    order[second] = first;
    return transpose(tensor, order);
  }

  /**
   * Returns the tensor broadcast to a shape; a size of -1 is the tensor's own.
   *
   * @throws IllegalArgumentException if it does not broadcast to the shape
   */
  public static Tensor broadcastTo(Object x, long... shape) {
    Tensor tensor = Operands.tensor(x);
    Shape target = Shape.of(shape);
    return target.equals(tensor.shape()) ? tensor : new BroadcastTo(target).applyTo(tensor);
  }

  private record BroadcastTo(Shape to) implements View {
    BroadcastTo {
      Objects.requireNonNull(to, "broadcastTo: shape");
    }

    @Override
    public String name() {
      return "broadcastTo";
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, 1, inputs);
      Shape from = inputs[0].shape();
      Shape made = from.rank() > to.rank() ? null : Shape.broadcast(from, own(from), name());
      if (made == null || !made.fits(to)) {
        throw Refusal.of(
            name(),
            "needs a shape that broadcasts to " + to,
            from,
            "only axes of size 1 can be repeated; reshape it first");
      }
      return new TensorSpec(inputs[0].dtype(), made);
    }

    /** Returns the target with the tensor's sizes where its own are -1. */
    private Shape own(Shape from) {
      Shape own = to;
      for (int axis = 1; axis <= from.rank(); axis++) {
        own = to.size(-axis) == Shape.UNKNOWN ? own.with(-axis, from.size(-axis)) : own;
      }
      return own;
    }

    @Override
    public EagerTensor view(EagerTensor input, Shape shape) {
      return input.broadcastTo(shape);
    }

    @Override
    public int equalInput(Tensor... inputs) {
      return sameShape(inputs);
    }

    @Override
    public Op after(int input, Op inner, TensorSpec spec) {
      return inner instanceof BroadcastTo ? this : null;
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      return new Tensor[] {upstream}; // the tape sums over broadcast axes
    }
  }

  private record Contiguous() implements SimpleOp {
    @Override
    public String name() {
      return "contiguous";
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, 1, inputs);
      return inputs[0];
    }

    @Override
    public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      Elements.copy(inputs[0], output);
    }

    @Override
    public int equalInput(Tensor... inputs) {
      return 0;
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      return new Tensor[] {upstream};
    }
  }
}
