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
import java.util.Objects;
import java.util.function.LongUnaryOperator;

/**
 * An int64 id for each whole number.
 *
 * @param who layer, for messages
 * @param ids function that never changes, of any thread
 */
record NumbersToIds(String who, LongUnaryOperator ids) implements SimpleOp {
  NumbersToIds {
    Objects.requireNonNull(who, "numbersToIds: who");
    Objects.requireNonNull(ids, "numbersToIds: ids");
  }

  @Override
  public String name() {
    return "numbersToIds";
  }

  @Override
  public TensorSpec inferOutput(TensorSpec... inputs) {
    requireWholeNumbers(who, inputs[0]);
    return new TensorSpec(DType.INT64, inputs[0].shape());
  }

  /** Checks that an input has whole numbers. */
  static void requireWholeNumbers(String who, TensorSpec input) {
    if (!input.dtype().isInteger()) {
      throw Refusal.of(who, "needs whole numbers", input, "cast them to int64");
    }
  }

  @Override
  public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
    EagerTensor numbers = inputs[0].dense();
    long count = numbers.shape().count();
    for (long i = 0; i < count; i++) {
      long number = Elements.getLong(numbers.dtype(), numbers.elements(), i);
      Elements.setLong(DType.INT64, output.elements(), i, ids.applyAsLong(number));
    }
  }

  @Override
  public Tensor[] gradient(Call call, Tensor upstream) {
    return new Tensor[1];
  }
}
