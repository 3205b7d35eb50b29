package dev.tapedeck.ops.array;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.SingleOutputOp;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;

/** Masks of tensors: bools that say which places along the first axes hold data, not padding. */
public final class Masks {
  private Masks() {}

  /** Returns the same values with a mask; see {@link dev.tapedeck.tensor.Operators#withMask}. */
  public static Tensor withMask(Object values, Object mask) {
    return new WithMask().applyTo(Operands.tensor(values), Operands.tensor(mask));
  }

  /** The identity of the first input, which carries the second one as its mask. */
  private record WithMask() implements SingleOutputOp {
    @Override
    public String name() {
      return "withMask";
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, 2, inputs);
      Shape values = inputs[0].shape();
      Shape mask = inputs[1].shape();
      if (inputs[1].dtype() != DType.BOOL
          || mask.rank() > values.rank()
          || !mask.fits(values.slice(0, mask.rank()))) {
        throw Refusal.of(
            name(),
            "needs a bool mask of the first axes of " + values,
            inputs[1],
            "compare the ids with the padding, as ids.notEqual(0)");
      }
      return inputs[0];
    }

    @Override
    public Tensor[] apply(Tensor... inputs) {
      Tensor[] outputs = SingleOutputOp.super.apply(inputs);
      outputs[0].attachMask(inputs[1]);
      return outputs;
    }

    @Override
    public EagerTensor[] execute(Kernels kernels, TensorSpec[] outputs, EagerTensor... inputs) {
      return new EagerTensor[] {inputs[0].alias()};
    }

    @Override
    public int equalInput(Tensor... inputs) {
      return 0;
    }

    @Override
    public Tensor[] gradient(Call call, Tensor upstream) {
      return new Tensor[] {upstream, null};
    }
  }
}
