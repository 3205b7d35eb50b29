package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.SimpleOp;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;

/**
 * The bin of the int64 numbers at each place of several tensors.
 *
 * @param bins number of bins
 * @param features number of tensors
 */
record CrossHashes(int bins, int features) implements SimpleOp {
  @Override
  public String name() {
    return "crossHashes";
  }

  @Override
  public TensorSpec inferOutput(TensorSpec... inputs) {
    for (TensorSpec input : inputs) {
      if (!input.shape().fits(inputs[0].shape())) {
        throw Refusal.of(
            "HashedCrossing",
            "needs tensors of one shape",
            inputs[0].shape() + " and " + input.shape(),
            "give it a value of each feature for each example");
      }
    }
    return new TensorSpec(DType.INT64, inputs[0].shape());
  }

  @Override
  public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
    EagerTensor[] dense = new EagerTensor[inputs.length];
    for (int j = 0; j < inputs.length; j++) {
      dense[j] = inputs[j].dense();
    }
    long[] values = new long[features];
    long count = output.shape().count();
    for (long i = 0; i < count; i++) {
      for (int j = 0; j < features; j++) {
        values[j] = Elements.getLong(DType.INT64, dense[j].elements(), i);
      }
      Elements.setLong(DType.INT64, output.elements(), i, Hashes.crossed(bins, values));
    }
  }

  @Override
  public Tensor[] gradient(Call call, Tensor upstream) {
    return new Tensor[features];
  }
}
