package dev.tapedeck.ops.array;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.SimpleOp;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Objects;

/** The slices along an axis that indices select; see {@link Indexing#gather}. */
record Gather(int axis) implements SimpleOp {
  @Override
  public String name() {
    return "gather";
  }

  @Override
  public TensorSpec inferOutput(TensorSpec... inputs) {
    Checks.inputs(this, 2, inputs);
    Checks.wholeNumbers(name(), inputs[1]);
    Checks.axis(this, axis, inputs[0].shape());
    Shape x = inputs[0].shape();
    return new TensorSpec(
        inputs[0].dtype(),
        x.slice(0, axis)
            .concat(inputs[1].shape().toArray())
            .concat(x.slice(axis + 1, x.rank()).toArray()));
  }

  @Override
  public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
    new IndexWalk.Slices(axis).take(kernels, name(), inputs[0], inputs[1], output);
  }

  @Override
  public Tensor[] gradient(Call call, Tensor upstream) {
    Tensor x = call.input(0);
    return new Tensor[] {
      MatchShape.applyLike(new Gradient(axis, x.shape()), x, upstream, call.input(1)), null
    };
  }

  /** The gradient of gather: zeros with slices added at the indices. */
  record Gradient(int axis, Shape into) implements SimpleOp {
    Gradient {
      Objects.requireNonNull(into, "gather: shape");
    }

    @Override
    public String name() {
      return "gather/gradient";
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, into.isKnown() ? 2 : 3, inputs);
      TensorSpec made =
          new TensorSpec(inputs[0].dtype(), MatchShape.outputShape(this, into, inputs));
      Checks.spec(name(), new Gather(axis).inferOutput(made, inputs[1]), inputs[0]);
      return made;
    }

    @Override
    public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      new IndexWalk.Slices(axis).addToZeros(kernels, name(), inputs[0], inputs[1], output);
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      Tensor[] gradients = new Tensor[call.inputs().length];
      gradients[0] = new Gather(axis).applyTo(upstream, call.input(1));
      return gradients;
    }
  }
}
