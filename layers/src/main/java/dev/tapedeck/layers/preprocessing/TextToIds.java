package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.TextOp;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.StringTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.List;
import java.util.Objects;
import java.util.function.ToLongFunction;

/**
 * An int64 id for each string.
 *
 * @param who layer, for messages
 * @param ids function that never changes, of any thread
 */
record TextToIds(String who, ToLongFunction<String> ids) implements TextOp {
  TextToIds {
    Objects.requireNonNull(who, "textToIds: who");
    Objects.requireNonNull(ids, "textToIds: ids");
  }

  @Override
  public String name() {
    return "textToIds";
  }

  @Override
  public TensorSpec inferOutput(TensorSpec... inputs) {
    requireText(who, inputs[0]);
    return new TensorSpec(DType.INT64, inputs[0].shape());
  }

  /** Checks that an input has text. */
  static void requireText(String who, TensorSpec input) {
    if (input.dtype() != DType.STRING) {
      throw Refusal.of(
          who, "needs text", input, "give strings, or use an IntegerLookup for whole numbers");
    }
  }

  @Override
  public EagerTensor[] execute(Kernels kernels, TensorSpec[] outputs, EagerTensor... inputs) {
    List<String> text = ((StringTensor) inputs[0]).toList();
    EagerTensor output = EagerTensor.allocate(outputs[0]);
    for (int i = 0; i < text.size(); i++) {
      Elements.setLong(DType.INT64, output.elements(), i, ids.applyAsLong(text.get(i)));
    }
    return new EagerTensor[] {output};
  }

  @Override
  public Tensor[] gradient(Call call, Tensor upstream) {
    return new Tensor[1];
  }
}
