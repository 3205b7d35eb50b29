package dev.tapedeck.ops.array;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.SimpleOp;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.ops.kernels.Reduction;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Objects;

/**
 * The maximum, or 0 if it is infinite or NaN. logSumExp subtracts it to prevent overflow; neither
 * its result nor its gradient depends on it.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record FiniteMax(int[] axes) implements SimpleOp {
  FiniteMax {
    Objects.requireNonNull(axes, "axes");
  }

  @Override
  public String name() {
    return "logSumExp/peak";
  }

  @Override
  public TensorSpec inferOutput(TensorSpec... inputs) {
    Checks.inputs(this, 1, inputs);
    Checks.sameFloating(name(), inputs[0]);
    return new TensorSpec(inputs[0].dtype(), Reduce.left(inputs[0].shape(), axes));
  }

  @Override
  public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
    if (inputs[0].shape().count() == 0) {
      Elements.fill(output, 0);
      return;
    }
    kernels.reductions().reduce(Reduction.MAX, inputs[0], axes, output);
    for (long i = 0; i < output.shape().count(); i++) {
      if (!Double.isFinite(Elements.getDouble(output.dtype(), output.elements(), i))) {
        Elements.setDouble(output.dtype(), output.elements(), i, 0);
      }
    }
  }

  @Override
  public Tensor[] gradient(Call call, Tensor upstream) {
    return new Tensor[1];
  }
}
