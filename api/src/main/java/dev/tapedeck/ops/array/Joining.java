package dev.tapedeck.ops.array;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.SimpleOp;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Sizes;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** Joins of tensors along an axis, and splits into parts: each is the gradient of the other. */
public final class Joining {
  private Joining() {}

  /**
   * Returns tensors joined along an axis.
   *
   * @throws IllegalArgumentException if there are none, or they differ in type or another axis
   */
  public static Tensor concat(int axis, Object... tensors) {
    Object[] parts = parts("concat", tensors);
    return new Concat(axis).applyTo(Operands.alike("concat", parts));
  }

  /** Returns the tensors to join, given one by one or as a single list. */
  private static Object[] parts(String who, Object... values) {
    Object[] parts =
        values.length == 1 && values[0] instanceof List<?> list ? list.toArray() : values;
    if (parts.length == 0) {
      throw Refusal.of(
          who, "needs at least one tensor", "none", "give tensors one by one or as a list");
    }
    return parts;
  }

  private static IllegalArgumentException notAdded(int axis, Shape shape, long... sizes) {
    return Refusal.of(
        "split",
        "sizes must be 0 or more and add up to axis " + axis + " of " + shape,
        Arrays.toString(sizes),
        "give the rest a part of its own, or leave out what is too much");
  }

  /**
   * Returns tensors of one shape joined along a new axis.
   *
   * @throws IllegalArgumentException if there are none, or they differ in type or shape
   */
  public static Tensor stack(int axis, Object... values) {
    Object[] parts = parts("stack", values);
    Tensor[] tensors = Operands.alike("stack", parts);
    for (Tensor tensor : tensors) {
      if (!tensor.shape().fits(tensors[0].shape())) {
        throw Refusal.of(
            "stack",
            "needs tensors of one shape",
            tensors[0].shape() + " and " + tensor.shape(),
            "pad or reshape them, or concat them along an axis in which they differ");
      }
    }
    return concat(
        axis,
        Arrays.stream(tensors).map(part -> (Object) Shaping.expandDims(part, axis)).toArray());
  }

  /**
   * Returns a tensor in equal parts along an axis, as views.
   *
   * @throws IllegalArgumentException if the axis does not divide into {@code count} parts
   */
  public static List<Tensor> split(Object x, int count, int axis) {
    Tensor tensor = Operands.tensor(x);
    int along = tensor.shape().axis(axis, "split");
    long size = tensor.shape().size(along);
    if (count < 1 || size == Shape.UNKNOWN || size % count != 0) {
      throw Refusal.of(
          "split",
          "needs a count of equal parts that divides axis " + along + " of " + tensor.shape(),
          count,
          "give the sizes of the parts");
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
      throw notAdded(along, tensor.shape(), sizes);
    }
    return sizes.length == 0 ? List.of() : List.of(new Split(along, sizes.clone()).apply(tensor));
  }

  /**
   * Returns the slices along an axis, without that axis, as views: the inverse of {@link #stack}.
   *
   * @throws IllegalArgumentException if there is no such axis, or its size is unknown
   */
  public static List<Tensor> unstack(Object x, int axis) {
    Tensor tensor = Operands.tensor(x);
    int along = tensor.shape().axis(axis, "unstack");
    long size = tensor.shape().size(along);
    if (size == Shape.UNKNOWN || size > Integer.MAX_VALUE) {
      throw Refusal.of(
          "unstack",
          "axis " + along + " must have a known size below 2^31",
          tensor.shape(),
          "split or gather the parts that are needed");
    }
    long[] ones = new long[(int) size];
    Arrays.fill(ones, 1);
    return split(tensor, ones, along).stream().map(part -> Shaping.squeeze(part, along)).toList();
  }

  /** The join of tensors along an axis. */
  private record Concat(int axis) implements SimpleOp {
    /** The number of bytes to copy that are worth a thread. */
    private static final long LEAST = 1 << 17;

    @Override
    public String name() {
      return "concat";
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, Math.max(inputs.length, 1), inputs);
      Shape first = inputs[0].shape();
      int along = first.axis(axis, name());
      long size = 0;
      for (TensorSpec input : inputs) {
        Shape shape = input.shape();
        if (shape.rank() != first.rank() || !shape.with(along, 0).equals(first.with(along, 0))) {
          throw Refusal.of(
              "concat",
              "shapes must be equal off axis " + along,
              first + " and " + shape,
              "pad, slice or reshape one");
        }
        boolean known = size != Shape.UNKNOWN && shape.size(along) != Shape.UNKNOWN;
        size = known ? Sizes.sum(name(), size, shape.size(along)) : Shape.UNKNOWN;
      }
      return new TensorSpec(Checks.same(name(), inputs), first.with(along, size));
    }

    @Override
    public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      int along = output.shape().axis(axis, name());
      long start = output.offset();
      for (EagerTensor input : inputs) {
        copy(kernels, input, output.view(input.shape(), output.strides(), start));
        start += input.shape().size(along) * output.strides()[along];
      }
    }

    private static void copy(Kernels kernels, EagerTensor from, EagerTensor to) {
      long rows = from.shape().size(0);
      long bytes = from.spec().bytes() / Math.max(rows, 1);
      kernels.parallelFor(
          rows,
          Math.ceilDiv(LEAST, Math.max(bytes, 1)),
          (first, end) ->
              Elements.copy(rows(from, first, end - first), rows(to, first, end - first)));
    }

    private static EagerTensor rows(EagerTensor x, long first, long count) {
      return x.view(x.shape().with(0, count), x.strides(), x.offset() + first * x.strides()[0]);
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      int along = upstream.shape().axis(axis, name());
      long[] sizes = new long[call.inputs().length];
      for (int i = 0; i < sizes.length; i++) {
        sizes[i] = call.input(i).shape().size(along);
      }
      Tensor[] inputs = new Tensor[1 + sizes.length];
      inputs[0] = upstream;
      System.arraycopy(call.inputs(), 0, inputs, 1, sizes.length);
      boolean known = Arrays.stream(sizes).allMatch(size -> size != Shape.UNKNOWN);
      return new Split(along, sizes).apply(known ? new Tensor[] {upstream} : inputs);
    }
  }

  /**
   * The split of a tensor into views of these sizes; unknown ones are taken from the other inputs.
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Split(int axis, long... sizes) implements Op {
    Split {
      Objects.requireNonNull(sizes, "split: sizes");
      if (Arrays.stream(sizes).anyMatch(size -> size < Shape.UNKNOWN)) {
        throw Refusal.of(
            "split", "sizes must be 0 or more", Arrays.toString(sizes), "correct the negative one");
      }
    }

    @Override
    public String name() {
      return "split";
    }

    @Override
    public TensorSpec[] infer(TensorSpec... inputs) {
      boolean open = Arrays.stream(sizes).anyMatch(size -> size == Shape.UNKNOWN);
      Checks.inputs(this, open ? 1 + sizes.length : 1, inputs);
      for (TensorSpec input : inputs) {
        Checks.axis(this, axis, input.shape());
      }
      long[] known = sizes.clone();
      for (int i = 0; i < known.length; i++) {
        known[i] = sizes[i] == Shape.UNKNOWN ? inputs[1 + i].shape().size(axis) : sizes[i];
      }
      long whole = inputs[0].shape().size(axis);
      boolean all = whole != Shape.UNKNOWN && Arrays.stream(known).allMatch(size -> size >= 0);
      if (all && Sizes.sum(name(), known) != whole) {
        throw notAdded(axis, inputs[0].shape(), sizes);
      }
      TensorSpec[] parts = new TensorSpec[sizes.length];
      for (int i = 0; i < parts.length; i++) {
        parts[i] = new TensorSpec(inputs[0].dtype(), inputs[0].shape().with(axis, known[i]));
      }
      return parts;
    }

    @Override
    public EagerTensor[] execute(Kernels kernels, TensorSpec[] outputs, EagerTensor... inputs) {
      EagerTensor x = inputs[0];
      EagerTensor[] parts = new EagerTensor[outputs.length];
      long offset = x.offset();
      for (int i = 0; i < parts.length; i++) {
        boolean empty = outputs[i].shape().count() == 0;
        parts[i] = x.view(outputs[i].shape(), x.strides(), empty ? x.offset() : offset);
        offset += parts[i].shape().size(axis) * x.strides()[axis];
      }
      return parts;
    }

    @Override
    public Tensor[] gradient(Call call, Tensor... upstream) {
      Object[] parts = new Object[upstream.length];
      for (int i = 0; i < parts.length; i++) {
        parts[i] = upstream[i] == null ? Creation.zerosLike(call.outputs()[i]) : upstream[i];
      }
      Tensor[] gradients = new Tensor[call.inputs().length];
      gradients[0] = concat(axis, parts);
      return gradients;
    }
  }
}
