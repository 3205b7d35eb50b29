package dev.tapedeck.autodiff;

import dev.tapedeck.ops.Differentiation;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * The provider of gradients for traced functions, by tapes.
 *
 * @hidden not for programs that use Tapedeck
 */
public final class TapeDifferentiation implements Differentiation {
  /** Called by {@link java.util.ServiceLoader}. */
  public TapeDifferentiation() {}

  @Override
  public Recording record() {
    GradientTape tape = GradientTape.persistent().watchingAll();
    return new Recording() {
      @Override
      public void watch(Tensor... tensors) {
        tape.watch(
            Arrays.stream(tensors).filter(t -> t.dtype().isFloating()).toArray(Tensor[]::new));
      }

      @Override
      public List<Variable> variables() {
        return tape.variables();
      }

      @Override
      public List<Tensor> gradients(
          List<Tensor> targets, List<Tensor> outputGradients, List<?> sources) {
        return tape.gradient(targets, sources, outputGradients, Unconnected.NONE);
      }

      @Override
      public void close() {
        tape.close();
      }
    };
  }
}
