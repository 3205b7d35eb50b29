package dev.tapedeck.ops.array;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.SerializableOp;
import dev.tapedeck.ops.View;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Objects;

/**
 * The identity op, {@code y = x}: its output is another tensor over the same memory, since tapes
 * and graphs compare tensors by object identity.
 *
 * @param name name in graphs, such as {@code stopGradient}
 * @param passes whether gradients pass; otherwise the output has no gradient
 * @hidden not for programs that use Tapedeck
 */
public record Identity(String name, boolean passes) implements View {
  /** Makes an identity. */
  public Identity {
    Objects.requireNonNull(name, "identity: name");
  }

  /** Makes an identity through which gradients pass. */
  public Identity() {
    this("identity", true);
  }

  @Override
  public TensorSpec inferOutput(TensorSpec... inputs) {
    Checks.inputs(this, 1, inputs);
    return inputs[0];
  }

  @Override
  public EagerTensor view(EagerTensor input, Shape shape) {
    return input.alias();
  }

  @Override
  public int equalInput(Tensor... inputs) {
    return 0;
  }

  @Override
  public Tensor[] gradient(Call call, Tensor upstream) {
    return new Tensor[] {passes ? upstream : null};
  }

  /** The identity as earlier files store it. */
  @SuppressWarnings("UnusedNestedClass") // found by its wire name
  private record Alias() implements SerializableOp.Definition {
    @Override
    public Op toOp() {
      return new Identity();
    }
  }
}
