package dev.tapedeck.ops.neural;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.SimpleOp;
import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Objects;

/** The cross-entropy of whole-number labels and logits; see {@link Softmax}. */
record SparseCrossEntropy() implements SimpleOp {
  @Override
  public String name() {
    return "sparseSoftmaxCrossEntropy";
  }

  @Override
  public TensorSpec inferOutput(TensorSpec... inputs) {
    Checks.inputs(this, 2, inputs);
    return ClassLabels.labelled(name(), "logits", "softmaxCrossEntropy", inputs);
  }

  @Override
  public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
    kernels.softmax().crossEntropy(ClassLabels.checked(name(), inputs), inputs[1], output);
  }

  @Override
  public Tensor[] gradient(Call call, Tensor g) {
    Tensor gradient = new Gradient(this).applyTo(call.input(0), call.input(1), g);
    return new Tensor[] {null, gradient};
  }

  /** The gradient for the logits, {@code (softmax(logits) - oneHot(labels)) * upstream}. */
  record Gradient(SparseCrossEntropy of) implements SimpleOp {
    Gradient {
      Objects.requireNonNull(of, "sparseSoftmaxCrossEntropy: of what the gradient is");
    }

    @Override
    public String name() {
      return of.name() + "/gradient";
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, 3, inputs);
      Checks.spec(name(), of.inferOutput(inputs[0], inputs[1]), inputs[2]);
      return inputs[1];
    }

    @Override
    public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      kernels
          .softmax()
          .crossEntropyGradient(
              ClassLabels.checked(of.name(), inputs), inputs[1], inputs[2], output);
    }

    @Override
    public Tensor[] gradient(Call call, Tensor h) {
      Tensor p = Softmax.softmax(call.input(1));
      Tensor[] gradients = new Tensor[3];
      if (call.needs(1)) {
        Tensor weighted = h.mul(Shaping.expandDims(call.input(2), -1));
        gradients[1] = p.mul(weighted.sub(Reductions.sum(weighted.mul(p), true, -1)));
      }
      if (call.needs(2)) {
        int classes = (int) p.shape().size(-1);
        Tensor target = Indexing.oneHot(call.input(0), classes, p.dtype());
        gradients[2] = Reductions.sum(h.mul(p.sub(target)), -1);
      }
      return gradients;
    }
  }
}
