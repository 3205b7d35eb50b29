package dev.tapedeck.ops.array;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.View;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;

/** A reordering of axes: axis {@code i} of the output is axis {@code order[i]} of the input. */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Transpose(int[] order) implements View {
  public Transpose {
    Objects.requireNonNull(order, "transpose: order");
  }

  @Override
  public String name() {
    return "transpose";
  }

  /** Returns the error for an order that is not one of all axes. */
  static IllegalArgumentException refused(Shape shape, int... order) {
    return Refusal.of(
        "transpose",
        "the order must name each of the " + shape.rank() + " axes of " + shape + " once",
        Arrays.toString(order),
        "add those that are missing and drop those named twice");
  }

  @Override
  public TensorSpec inferOutput(TensorSpec... inputs) {
    Checks.inputs(this, 1, inputs);
    Shape shape = inputs[0].shape();
    int[] axes = IntStream.range(0, shape.rank()).toArray();
    if (!Arrays.equals(Arrays.stream(order).sorted().toArray(), axes)) {
      throw refused(shape, order);
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
    return new Tensor[] {Shaping.transpose(upstream, back)};
  }
}
