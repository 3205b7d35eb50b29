package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.TextOp;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.StringTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Objects;
import java.util.function.LongFunction;

/**
 * A string for each id.
 *
 * @param who layer, for messages
 * @param tokens function that never changes, of any thread
 */
record IdsToText(String who, LongFunction<String> tokens) implements TextOp {
  IdsToText {
    Objects.requireNonNull(who, "idsToText: who");
    Objects.requireNonNull(tokens, "idsToText: tokens");
  }

  @Override
  public String name() {
    return "idsToText";
  }

  @Override
  public TensorSpec inferOutput(TensorSpec... inputs) {
    NumbersToIds.requireWholeNumbers(who, inputs[0]);
    return new TensorSpec(DType.STRING, inputs[0].shape());
  }

  @Override
  public EagerTensor[] execute(Kernels kernels, TensorSpec[] outputs, EagerTensor... inputs) {
    EagerTensor ids = inputs[0].dense();
    String[] found = new String[Math.toIntExact(ids.shape().count())];
    for (int i = 0; i < found.length; i++) {
      found[i] = tokens.apply(Elements.getLong(ids.dtype(), ids.elements(), i));
    }
    return new EagerTensor[] {StringTensor.of(found, ids.shape())};
  }

  @Override
  public Tensor[] gradient(Call call, Tensor upstream) {
    return new Tensor[1];
  }
}
