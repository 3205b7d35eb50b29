package dev.tapedeck.ops;

import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Changes of shape; where they can, they are views that copy nothing. */
public final class Shaping {
  private Shaping() {}

  /**
   * Returns the same elements, in row-major order, in another shape; one size may be -1, which is
   * worked out.
   *
   * @throws IllegalArgumentException if the numbers of elements differ
   */
  public static Tensor reshape(Object x, long... shape) {
    Tensor tensor = Operands.tensor(x);
    Shape target = resolve(tensor.shape(), shape);
    return target.equals(tensor.shape()) ? tensor : new Reshape(target).on(tensor);
  }

  private static Shape resolve(Shape from, long[] sizes) {
    long[] target = sizes.clone();
    int open = -1;
    long known = 1;
    for (int i = 0; i < target.length; i++) {
      if (target[i] == -1 && open >= 0) {
        throw new IllegalArgumentException(
            "reshape: only one size may be -1, received " + Arrays.toString(sizes));
      }
      open = target[i] == -1 ? i : open;
      known *= target[i] == -1 ? 1 : target[i];
    }
    if (open >= 0 && known != 0 && from.isKnown() && from.count() % known == 0) {
      target[open] = from.count() / known;
    }
    Shape shape = Shape.of(target);
    if (from.isKnown() && shape.count() != from.count()) {
      throw new IllegalArgumentException(
          "reshape: "
              + from
              + " has "
              + from.count()
              + " elements and does not fit "
              + Arrays.toString(sizes));
    }
    return shape;
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
      throw new IllegalArgumentException(
          "transpose: the order must name each of the "
              + shape.rank()
              + " axes of "
              + shape
              + " once, received "
              + Arrays.toString(order));
    }
    return new Transpose(normal).on(tensor);
  }

  /** Returns the tensor with a new axis of size 1 before {@code axis}; -1 is behind the last. */
  public static Tensor expandDims(Object x, int axis) {
    Tensor tensor = Operands.tensor(x);
    Shape shape = tensor.shape();
    int rank = shape.rank();
    if (axis < -rank - 1 || axis > rank) {
      throw new IllegalArgumentException(
          "expandDims: axis must be in ["
              + (-rank - 1)
              + ", "
              + rank
              + "] for shape "
              + shape
              + ", received "
              + axis);
    }
    int at = axis < 0 ? axis + rank + 1 : axis;
    return reshape(
        tensor, shape.slice(0, at).concat(1).concat(shape.slice(at, rank).toArray()).toArray());
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
    for (int axis : chosen) {
      if (shape.size(axis) != 1) {
        throw new IllegalArgumentException(
            "squeeze: axis " + axis + " of " + shape + " has size " + shape.size(axis) + ", not 1");
      }
    }
    return reshape(
        tensor,
        IntStream.range(0, shape.rank())
            .filter(i -> Arrays.binarySearch(chosen, i) < 0)
            .mapToLong(shape::size)
            .toArray());
  }

  /**
   * Returns the tensor stretched to a shape that it broadcasts to.
   *
   * @throws IllegalArgumentException if it does not
   */
  public static Tensor broadcastTo(Object x, long... shape) {
    Tensor tensor = Operands.tensor(x);
    Shape target = Shape.of(shape);
    return target.equals(tensor.shape()) ? tensor : new BroadcastTo(target).on(tensor);
  }

  /**
   * Returns tensors joined along an axis.
   *
   * @throws IllegalArgumentException if there are none, or they differ in type or another axis
   */
  public static Tensor concat(int axis, Object... parts) {
    if (parts.length == 0) {
      throw new IllegalArgumentException("concat: needs at least one tensor, received none");
    }
    return new Concat(axis).on(Operands.alike("concat", parts));
  }

  /**
   * Returns tensors of one shape joined along a new axis.
   *
   * @throws IllegalArgumentException if there are none, or they differ in type or shape
   */
  public static Tensor stack(int axis, Object... parts) {
    if (parts.length == 0) {
      throw new IllegalArgumentException("stack: needs at least one tensor, received none");
    }
    Tensor[] tensors = Operands.alike("stack", parts);
    for (Tensor tensor : tensors) {
      if (!tensor.shape().equals(tensors[0].shape())) {
        throw new IllegalArgumentException(
            "stack: shapes " + tensors[0].shape() + " and " + tensor.shape() + " differ");
      }
    }
    return concat(
        axis, Arrays.stream(tensors).map(part -> (Object) expandDims(part, axis)).toArray());
  }

  /** An op whose output is another reading of its input's memory. */
  private interface View extends SimpleOp {
    EagerTensor view(EagerTensor input, Shape shape);

    @Override
    default EagerTensor[] execute(Kernels kernels, TensorSpec[] outputs, EagerTensor... inputs) {
      if (!outputs[0].shape().isKnown()) {
        throw new IllegalArgumentException(name() + ": a size is unknown in " + outputs[0].shape());
      }
      return new EagerTensor[] {view(inputs[0], outputs[0].shape())};
    }

    @Override
    default void compute(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      Elements.copy(view(inputs[0], output.shape()), output);
    }
  }

  private record Reshape(Shape to) implements View {
    @Override
    public String name() {
      return "reshape";
    }

    @Override
    public TensorSpec rule(TensorSpec... inputs) {
      return new TensorSpec(inputs[0].dtype(), to);
    }

    @Override
    public EagerTensor view(EagerTensor input, Shape shape) {
      EagerTensor dense = input.contiguous();
      return dense.view(shape, shape.strides(), dense.offset());
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      return new Tensor[] {reshape(upstream, call.input(0).shape().toArray())};
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // private, never compared
  private record Transpose(int[] order) implements View {
    @Override
    public String name() {
      return "transpose";
    }

    @Override
    public TensorSpec rule(TensorSpec... inputs) {
      Shape shape = inputs[0].shape();
      return new TensorSpec(
          inputs[0].dtype(), Shape.of(Arrays.stream(order).mapToLong(shape::size).toArray()));
    }

    @Override
    public EagerTensor view(EagerTensor input, Shape shape) {
      long[] strides = Arrays.stream(order).mapToLong(axis -> input.strides()[axis]).toArray();
      return input.view(shape, strides, input.offset());
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      int[] back = new int[order.length];
      for (int i = 0; i < order.length; i++) {
        back[order[i]] = i;
      }
      return new Tensor[] {transpose(upstream, back)};
    }
  }

  private record BroadcastTo(Shape to) implements View {
    @Override
    public String name() {
      return "broadcastTo";
    }

    @Override
    public TensorSpec rule(TensorSpec... inputs) {
      Shape from = inputs[0].shape();
      if (from.rank() > to.rank() || !Shape.broadcast(from, to, name()).equals(to)) {
        throw new IllegalArgumentException(
            "broadcastTo: "
                + from
                + " does not stretch to "
                + to
                + "; only axes of size 1 stretch");
      }
      return new TensorSpec(inputs[0].dtype(), to);
    }

    @Override
    public EagerTensor view(EagerTensor input, Shape shape) {
      return input.stretchedTo(shape);
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      return new Tensor[] {upstream}; // the tape sums what was stretched
    }
  }

  private record Concat(int axis) implements SimpleOp {
    @Override
    public String name() {
      return "concat";
    }

    @Override
    public TensorSpec rule(TensorSpec... inputs) {
      Shape first = inputs[0].shape();
      int along = first.axis(axis, name());
      long size = 0;
      for (TensorSpec input : inputs) {
        Shape shape = input.shape();
        if (shape.rank() != first.rank() || !shape.with(along, 0).equals(first.with(along, 0))) {
          throw new IllegalArgumentException(
              "concat: shapes " + first + " and " + shape + " differ off axis " + along);
        }
        boolean known = size != Shape.UNKNOWN && shape.size(along) != Shape.UNKNOWN;
        size = known ? size + shape.size(along) : Shape.UNKNOWN;
      }
      return new TensorSpec(Rules.same(name(), inputs), first.with(along, size));
    }

    @Override
    public void compute(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      int along = output.shape().axis(axis, name());
      long start = output.offset();
      for (EagerTensor input : inputs) {
        Elements.copy(input, output.view(input.shape(), output.strides(), start));
        start += input.shape().size(along) * output.strides()[along];
      }
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      Tensor[] gradients = new Tensor[call.inputs().length];
      int along = upstream.shape().axis(axis, name());
      long start = 0;
      for (int i = 0; i < gradients.length; i++) {
        long size = call.input(i).shape().size(along);
        gradients[i] = call.needs(i) ? Indexing.narrow(upstream, along, start, size) : null;
        start += size;
      }
      return gradients;
    }
  }
}
