package dev.tapedeck.ops;

import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Objects;

/**
 * A check that whole numbers are in a range; its output is the numbers. It is for functions whose
 * ops would compute something of others, too.
 *
 * @param who the function that asks, for the message
 * @param what what the numbers are to it: {@code labels}
 * @param least the smallest that may be
 * @param most the largest that may be
 * @param remedy what to do about others
 * @hidden not for programs that use Tapedeck
 */
public record CheckRange(String who, String what, long least, long most, String remedy)
    implements View {
  /** Checks that the texts are there. */
  public CheckRange {
    Objects.requireNonNull(who, "inRange: who");
    Objects.requireNonNull(what, "inRange: what");
    Objects.requireNonNull(remedy, "inRange: remedy");
  }

  @Override
  public String name() {
    return "inRange";
  }

  @Override
  public TensorSpec inferOutput(TensorSpec... inputs) {
    Checks.inputs(this, 1, inputs);
    Checks.wholeNumbers(who, inputs[0]);
    return inputs[0];
  }

  @Override
  public EagerTensor view(EagerTensor input, Shape shape) {
    EagerTensor numbers = input.dense();
    for (long i = 0; i < shape.count(); i++) {
      long number = Elements.getLong(numbers.dtype(), numbers.elements(), i);
      if (number < least || number > most) {
        throw Refusal.of(
            who,
            what + " must be from " + least + " to " + most,
            number + " at position " + i,
            remedy);
      }
    }
    return input.view(shape, input.strides(), input.offset());
  }

  @Override
  public Tensor[] gradient(Call call, Tensor upstream) {
    return new Tensor[1];
  }
}
