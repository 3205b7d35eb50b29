package dev.tapedeck.ops.array;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.SimpleOp;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Sizes;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Arrays;
import java.util.Objects;

/** The ops that join tensors along an axis, and take one apart: each is the other's gradient. */
final class Joining {
  private Joining() {}

  /** Joins tensors along an axis. */
  record Concat(int axis) implements SimpleOp {
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
          throw new IllegalArgumentException(
              "concat: shapes " + first + " and " + shape + " differ off axis " + along);
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
        Elements.copy(input, output.view(input.shape(), output.strides(), start));
        start += input.shape().size(along) * output.strides()[along];
      }
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

  /** Takes a tensor apart, into views of these sizes; unknown ones are those of other inputs. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Split(int axis, long... sizes) implements Op {
    Split {
      Objects.requireNonNull(sizes, "split: sizes");
      if (Arrays.stream(sizes).anyMatch(size -> size < Shape.UNKNOWN)) {
        throw new IllegalArgumentException(
            "split: sizes must be 0 or more, received " + Arrays.toString(sizes));
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
        throw new IllegalArgumentException(
            "split: sizes "
                + Arrays.toString(sizes)
                + " do not add up to axis "
                + axis
                + " of "
                + inputs[0].shape());
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
      gradients[0] = Shaping.concat(axis, parts);
      return gradients;
    }
  }
}
