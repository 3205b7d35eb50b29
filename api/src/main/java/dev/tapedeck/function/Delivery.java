package dev.tapedeck.function;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Effect;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.List;
import java.util.function.Consumer;

/**
 * An op that hands its input to Java code. A graph does so as soon as it has the value, whatever
 * comes after it in the traced code; several are handed over in the order of the code.
 *
 * @param receiver is given the value, which it copies if it keeps it
 * @param order a variable that all deliveries of a function share; it is not changed
 * @hidden not for programs that use Tapedeck
 */
public record Delivery(Consumer<EagerTensor> receiver, Variable order) implements Op {
  private static final EagerTensor[] NOTHING = {};

  @Override
  public String name() {
    return "deliver";
  }

  @Override
  public Effect effect() {
    return Effect.WRITE;
  }

  @Override
  public List<Variable> written() {
    return List.of(order);
  }

  @Override
  public TensorSpec[] infer(TensorSpec... inputs) {
    return new TensorSpec[0];
  }

  @Override
  public EagerTensor[] execute(Kernels kernels, TensorSpec[] outputs, EagerTensor... inputs) {
    receiver.accept(inputs[0]);
    return NOTHING;
  }

  @Override
  public Tensor[] gradient(Call call, Tensor... upstream) {
    return new Tensor[1];
  }
}
