package dev.tapedeck.ops.array;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.SimpleOp;
import dev.tapedeck.ops.SingleOutputOp;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.Selection;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.List;
import java.util.Objects;

/** A slice of a tensor, as a view. */
record Slice(String name, List<Index> indices) implements SingleOutputOp {
  Slice {
    Objects.requireNonNull(name, "slice: name");
    indices = List.copyOf(indices);
  }

  @Override
  public TensorSpec inferOutput(TensorSpec... inputs) {
    Checks.inputs(this, 1, inputs);
    return new TensorSpec(inputs[0].dtype(), Selection.shape(inputs[0].shape(), indices));
  }

  @Override
  public EagerTensor[] execute(Kernels kernels, TensorSpec[] outputs, EagerTensor... inputs) {
    return new EagerTensor[] {Selection.view(inputs[0], indices)};
  }

  @Override
  public Tensor[] gradient(Call call, Tensor upstream) {
    Tensor x = call.input(0);
    return new Tensor[] {MatchShape.applyLike(new Gradient(name, indices, x.shape()), x, upstream)};
  }

  /** The gradient of a slice: zeros with the part written into them. */
  private record Gradient(String of, List<Index> indices, Shape into) implements SimpleOp {
    Gradient {
      Objects.requireNonNull(of, "slice: name");
      Objects.requireNonNull(into, "slice: shape");
      indices = List.copyOf(indices);
    }

    @Override
    public String name() {
      return of + "/gradient";
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, into.isKnown() ? 1 : 2, inputs);
      TensorSpec made =
          new TensorSpec(inputs[0].dtype(), MatchShape.outputShape(this, into, inputs));
      Shape part = Selection.shape(made.shape(), indices);
      Checks.spec(name(), new TensorSpec(made.dtype(), part), inputs[0]);
      return made;
    }

    @Override
    public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      output.elements().fill((byte) 0);
      Elements.copy(inputs[0], Selection.view(output, indices));
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      Tensor[] gradients = new Tensor[call.inputs().length];
      gradients[0] = new Slice(of, indices).applyTo(upstream);
      return gradients;
    }
  }
}
