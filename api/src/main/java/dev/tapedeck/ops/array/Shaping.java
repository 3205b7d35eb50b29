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
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Sizes;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/** Changes of shape; where they can, they are views that copy nothing. */
public final class Shaping {
  private static final Op ALIAS = new Alias();

  private Shaping() {}

  /** Returns the op that gives another tensor over the memory of its input. */
  public static Op alias() {
    return ALIAS;
  }

  /**
   * Returns the same elements, in row-major order, in another shape; one size may be -1, which is
   * worked out.
   *
   * @throws IllegalArgumentException if the numbers of elements differ
   */
  public static Tensor reshape(Object x, long... shape) {
    Tensor tensor = Operands.tensor(x);
    Shape target = resolve(tensor.shape(), shape);
    return target.equals(tensor.shape())
        ? tensor
        : new Reshape(target, Optional.empty()).applyTo(tensor);
  }

  /** Reshapes to a shape where several sizes may be unknown: those of the tensor, in order. */
  public static Tensor reshape(Tensor x, Shape to) {
    boolean several = Arrays.stream(to.toArray()).filter(s -> s == Shape.UNKNOWN).count() > 1;
    return several && !to.equals(x.shape())
        ? new Reshape(to, Optional.of(x.shape())).applyTo(x)
        : several ? x : reshape(x, to.toArray());
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
      known = target[i] == -1 ? known : Sizes.product("reshape", known, target[i]);
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
    return new Transpose(normal).applyTo(tensor);
  }

  /**
   * Returns the same elements, dense and row-major in memory: the tensor itself where they lie so,
   * else a copy. In a graph, which chooses how what it computes lies, they stay where they are.
   */
  public static Tensor contiguous(Object x) {
    Tensor tensor = Operands.tensor(x);
    return tensor instanceof EagerTensor eager && eager.isContiguous()
        ? tensor
        : new Contiguous().applyTo(tensor);
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
        throw new IllegalArgumentException(
            "squeeze: the size of axis " + axis + " of " + shape + " is unknown; reshape it");
      }
    }
    for (int axis : chosen) {
      if (shape.size(axis) != 1) {
        throw new IllegalArgumentException(
            "squeeze: axis " + axis + " of " + shape + " has size " + shape.size(axis) + ", not 1");
      }
    }
    return reshape(tensor, Reduce.left(shape, chosen));
  }

  /**
   * Returns the tensor with an axis moved to another place, the others keeping their order.
   *
   * @throws IllegalArgumentException if there is no such axis or place
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
   * Returns the tensor stretched to a shape that it broadcasts to; a size of -1 is the tensor's
   * own.
   *
   * @throws IllegalArgumentException if it does not
   */
  public static Tensor broadcastTo(Object x, long... shape) {
    Tensor tensor = Operands.tensor(x);
    Shape target = Shape.of(shape);
    return target.equals(tensor.shape()) ? tensor : new BroadcastTo(target).applyTo(tensor);
  }

  /**
   * Returns tensors joined along an axis.
   *
   * @throws IllegalArgumentException if there are none, or they differ in type or another axis
   */
  public static Tensor concat(int axis, Object... tensors) {
    Object[] parts = parts(tensors);
    if (parts.length == 0) {
      throw new IllegalArgumentException("concat: needs at least one tensor, received none");
    }
    return new Joining.Concat(axis).applyTo(Operands.alike("concat", parts));
  }

  /** Returns what is to be joined: given one by one, or as a single list. */
  private static Object[] parts(Object... values) {
    return values.length == 1 && values[0] instanceof List<?> list ? list.toArray() : values;
  }

  /**
   * Returns tensors of one shape joined along a new axis.
   *
   * @throws IllegalArgumentException if there are none, or they differ in type or shape
   */
  public static Tensor stack(int axis, Object... values) {
    Object[] parts = parts(values);
    if (parts.length == 0) {
      throw new IllegalArgumentException("stack: needs at least one tensor, received none");
    }
    Tensor[] tensors = Operands.alike("stack", parts);
    for (Tensor tensor : tensors) {
      if (!tensor.shape().fits(tensors[0].shape())) {
        throw new IllegalArgumentException(
            "stack: shapes " + tensors[0].shape() + " and " + tensor.shape() + " differ");
      }
    }
    return concat(
        axis, Arrays.stream(tensors).map(part -> (Object) expandDims(part, axis)).toArray());
  }

  /**
   * Returns a tensor in equal parts along an axis, as views.
   *
   * @throws IllegalArgumentException if the axis does not divide into so many
   */
  public static List<Tensor> split(Object x, int count, int axis) {
    Tensor tensor = Operands.tensor(x);
    int along = tensor.shape().axis(axis, "split");
    long size = tensor.shape().size(along);
    if (count < 1 || size == Shape.UNKNOWN || size % count != 0) {
      throw new IllegalArgumentException(
          "split: axis "
              + along
              + " of "
              + tensor.shape()
              + " does not divide into "
              + count
              + " equal parts; give the sizes");
    }
    long[] sizes = new long[count];
    Arrays.fill(sizes, size / count);
    return split(tensor, sizes, along);
  }

  /**
   * Returns a tensor in parts of these sizes along an axis, as views.
   *
   * @throws IllegalArgumentException if the sizes do not add up to the axis's
   */
  public static List<Tensor> split(Object x, long[] sizes, int axis) {
    Tensor tensor = Operands.tensor(x);
    int along = tensor.shape().axis(axis, "split");
    long left = tensor.shape().size(along);
    boolean fits = left != Shape.UNKNOWN;
    for (long size : sizes) {
      fits &= size >= 0 && size <= left;
      left -= fits ? size : 0;
    }
    if (!fits || left != 0) {
      throw new IllegalArgumentException(
          "split: sizes "
              + Arrays.toString(sizes)
              + " do not add up to axis "
              + along
              + " of "
              + tensor.shape());
    }
    return sizes.length == 0
        ? List.of()
        : List.of(new Joining.Split(along, sizes.clone()).apply(tensor));
  }

  /**
   * Returns the parts of size 1 along an axis without that axis, as views: what {@link #stack}
   * joined.
   *
   * @throws IllegalArgumentException if there is no such axis, or its size is unknown
   */
  public static List<Tensor> unstack(Object x, int axis) {
    Tensor tensor = Operands.tensor(x);
    int along = tensor.shape().axis(axis, "unstack");
    long size = tensor.shape().size(along);
    if (size == Shape.UNKNOWN || size > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "unstack: axis " + along + " of " + tensor.shape() + " has no known number of parts");
    }
    long[] ones = new long[(int) size];
    Arrays.fill(ones, 1);
    return split(tensor, ones, along).stream().map(part -> squeeze(part, along)).toList();
  }

  /**
   * Another shape of the same elements.
   *
   * @param from the shape whose unknown sizes are those of the other, in order; none if at most one
   *     is unknown
   */
  private record Reshape(Shape to, Optional<Shape> from) implements View {
    Reshape {
      Objects.requireNonNull(to, "reshape: shape");
      Objects.requireNonNull(from, "reshape: from");
    }

    @Override
    public String name() {
      return "reshape";
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, 1, inputs);
      Shape shape = inputs[0].shape();
      return new TensorSpec(
          inputs[0].dtype(),
          from.isEmpty() ? resolve(shape, to.toArray()) : carried(from.get(), shape));
    }

    private Shape carried(Shape of, Shape shape) {
      long[] unknown =
          IntStream.range(0, Math.min(of.rank(), shape.rank()))
              .filter(axis -> of.size(axis) == Shape.UNKNOWN)
              .mapToLong(shape::size)
              .toArray();
      long[] sizes = to.toArray();
      int next = 0;
      for (int i = 0; i < sizes.length; i++) {
        if (sizes[i] == Shape.UNKNOWN && next < unknown.length) {
          sizes[i] = unknown[next++];
        } else if (sizes[i] == Shape.UNKNOWN) {
          next = unknown.length + 1;
        }
      }
      Shape made = Shape.of(sizes);
      boolean same = !shape.isKnown() || made.count() == shape.count();
      if (next != unknown.length || !same || knownCount(of) != knownCount(to)) {
        throw new IllegalArgumentException(
            "reshape: cannot tell the unknown sizes of " + to + " from those of " + of);
      }
      return made;
    }

    /** Returns the product of the sizes that are known. */
    private static long knownCount(Shape shape) {
      return Shape.of(Arrays.stream(shape.toArray()).filter(s -> s != Shape.UNKNOWN).toArray())
          .count();
    }

    @Override
    public EagerTensor view(EagerTensor input, Shape shape) {
      long[] strides = input.isContiguous() ? shape.strides() : strides(input, shape);
      if (strides != null) {
        return input.view(shape, strides, input.offset());
      }
      EagerTensor dense = input.dense();
      return dense.view(shape, shape.strides(), dense.offset());
    }

    /** Returns strides that read a strided tensor in another shape; null if there are none. */
    private static long[] strides(EagerTensor from, Shape to) {
      Shape shape = from.shape();
      long[] strides = new long[to.rank()];
      int axis = shape.rank() - 1;
      long left = 1; // elements, evenly spaced, that the axes of the result still have to divide
      long stride = 1;
      for (int i = strides.length - 1; i >= 0; i--) {
        boolean used = left == 1;
        while (used && axis >= 0 && (left == 1 || continues(from, axis, left * stride))) {
          stride = left == 1 ? from.strides()[axis] : stride;
          left *= shape.size(axis--);
        }
        if (left % to.size(i) != 0) {
          return null;
        }
        strides[i] = stride;
        stride *= to.size(i);
        left /= to.size(i);
      }
      return strides;
    }

    private static boolean continues(EagerTensor x, int axis, long stride) {
      return x.shape().size(axis) == 1 || x.strides()[axis] == stride;
    }

    @Override
    public int equalInput(Tensor... inputs) {
      return sameShape(inputs);
    }

    @Override
    public Op after(int input, Op inner, TensorSpec spec) {
      return inner instanceof Reshape ? this : null;
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      return new Tensor[] {reshape(upstream, call.input(0).shape())};
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // private, never compared
  public record Transpose(int[] order) implements View {
    public Transpose {
      Objects.requireNonNull(order, "transpose: order");
    }

    @Override
    public String name() {
      return "transpose";
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, 1, inputs);
      Shape shape = inputs[0].shape();
      int[] axes = IntStream.range(0, shape.rank()).toArray();
      if (!Arrays.equals(Arrays.stream(order).sorted().toArray(), axes)) {
        throw new IllegalArgumentException(
            "transpose: needs each axis of " + shape + " once, received " + Arrays.toString(order));
      }
      return new TensorSpec(
          inputs[0].dtype(), Shape.of(Arrays.stream(order).mapToLong(shape::size).toArray()));
    }

    @Override
    public EagerTensor view(EagerTensor input, Shape shape) {
      long[] strides = Arrays.stream(order).mapToLong(axis -> input.strides()[axis]).toArray();
      return input.view(shape, strides, input.offset());
    }

    @Override
    public int equalInput(Tensor... inputs) {
      return Arrays.equals(order, IntStream.range(0, order.length).toArray()) ? 0 : -1;
    }

    @Override
    public Op after(int input, Op inner, TensorSpec spec) {
      return inner instanceof Transpose first
          ? new Transpose(Arrays.stream(order).map(axis -> first.order[axis]).toArray())
          : null;
    }

    /** Returns whether this exchanges the last two axes, and only these. */
    public boolean ofMatrices() {
      int last = order.length - 1;
      int[] exchanged = IntStream.rangeClosed(0, last).toArray();
      if (last > 0) {
        exchanged[last] = last - 1;
        exchanged[last - 1] = last;
      }
      return last > 0 && Arrays.equals(order, exchanged);
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
      Shape made = from.rank() > to.rank() ? null : Shape.broadcast(from, to, name());
      if (made == null || !made.fits(to)) {
        throw new IllegalArgumentException(
            "broadcastTo: "
                + from
                + " does not stretch to "
                + to
                + "; only axes of size 1 stretch");
      }
      return new TensorSpec(inputs[0].dtype(), made);
    }

    @Override
    public EagerTensor view(EagerTensor input, Shape shape) {
      return input.stretchedTo(shape);
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
      return new Tensor[] {upstream}; // the tape sums what was stretched
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

  private record Alias() implements View {
    @Override
    public String name() {
      return "identity";
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, 1, inputs);
      return inputs[0];
    }

    @Override
    public EagerTensor view(EagerTensor input, Shape shape) {
      return input.view(shape, input.strides(), input.offset());
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
