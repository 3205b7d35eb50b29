package dev.tapedeck.ops.neural;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.SimpleOp;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;

/**
 * The sums of {@code g} and of {@code g * (x - mean)} over each channel, {@code [2, c]}, of tensors
 * {@code [.., c]} and a mean {@code [c]}.
 */
record ChannelSums() implements SimpleOp {
  @Override
  public String name() {
    return "channelSums";
  }

  @Override
  public TensorSpec inferOutput(TensorSpec... inputs) {
    Checks.inputs(this, 3, inputs);
    Checks.spec(name(), inputs[1], inputs[0]);
    TensorSpec sums = ChannelMoments.pairs(name(), inputs[1]);
    Checks.spec(name(), new TensorSpec(sums.dtype(), sums.shape().slice(1, 2)), inputs[2]);
    return sums;
  }

  @Override
  public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
    if (inputs[0].shape().count() == 0) {
      Elements.fill(output, 0);
    } else {
      EagerTensor g = ChannelMoments.matrix(inputs[0]);
      kernels.normalization().sums(g, ChannelMoments.matrix(inputs[1]), inputs[2], output);
    }
  }

  @Override
  public Tensor[] gradient(Call call, Tensor upstream) {
    Tensor ofSum = upstream.get(0);
    Tensor ofProducts = upstream.get(1);
    return new Tensor[] {
      call.needs(0) ? call.input(1).sub(call.input(2)).mul(ofProducts).add(ofSum) : null,
      call.needs(1) ? call.input(0).mul(ofProducts) : null,
      call.needs(2) ? ofProducts.mul(call.output().get(0)).neg() : null
    };
  }
}
