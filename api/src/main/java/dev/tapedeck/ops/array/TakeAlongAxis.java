package dev.tapedeck.ops.array;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.SimpleOp;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Objects;

/** The elements along an axis that indices select; see {@link Scattering#takeAlongAxis}. */
record TakeAlongAxis(int axis) implements SimpleOp {
  @Override
  public String name() {
    return "takeAlongAxis";
  }

  @Override
  public TensorSpec inferOutput(TensorSpec... inputs) {
    Checks.inputs(this, 2, inputs);
    Checks.wholeNumbers(name(), inputs[1]);
    Shape x = inputs[0].shape();
    Shape indices = inputs[1].shape();
    Checks.axis(this, axis, x);
    boolean fits = indices.rank() == x.rank();
    if (!fits || !x.with(axis, 0).fits(indices.with(axis, 0))) {
      throw Refusal.of(
          "takeAlongAxis",
          "shapes must be equal off axis " + axis,
          x + " and " + indices,
          "broadcast the indices to the other axes");
    }
    return new TensorSpec(inputs[0].dtype(), indices);
  }

  @Override
  public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
    new IndexWalk.AlongAxis(axis).take(kernels, name(), inputs[0], inputs[1], output);
  }

  @Override
  public Tensor[] gradient(Call call, Tensor upstream) {
    Tensor x = call.input(0);
    return new Tensor[] {
      MatchShape.applyLike(new Gradient(axis, x.shape()), x, upstream, call.input(1)), null
    };
  }

  /** The gradient of takeAlongAxis: zeros with elements added at the indices. */
  record Gradient(int axis, Shape into) implements SimpleOp {
    Gradient {
      Objects.requireNonNull(into, "takeAlongAxis: shape");
    }

    @Override
    public String name() {
      return "takeAlongAxis/gradient";
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, into.isKnown() ? 2 : 3, inputs);
      TensorSpec made =
          new TensorSpec(inputs[0].dtype(), MatchShape.outputShape(this, into, inputs));
      Checks.spec(name(), new TakeAlongAxis(axis).inferOutput(made, inputs[1]), inputs[0]);
      return made;
    }

    @Override
    public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      new IndexWalk.AlongAxis(axis).addToZeros(kernels, name(), inputs[0], inputs[1], output);
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      Tensor[] gradients = new Tensor[call.inputs().length];
      gradients[0] = new TakeAlongAxis(axis).applyTo(upstream, call.input(1));
      return gradients;
    }
  }
}
