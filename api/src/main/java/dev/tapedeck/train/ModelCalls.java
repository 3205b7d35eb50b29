package dev.tapedeck.train;

import dev.tapedeck.ops.Op;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The calls that a functional or sequential model makes, for files and exports.
 *
 * @param inputs symbols of the inputs, in the model's structure
 * @param outputs symbols of the outputs, in the model's structure
 * @param calls the calls in the order in which they run
 * @hidden not for programs that use Tapedeck
 */
public record ModelCalls(Object inputs, Object outputs, List<Call> calls) {
  /** Keeps a copy. */
  public ModelCalls {
    calls = List.copyOf(calls);
  }

  /** The call of a layer, or of an op beside layers. */
  public sealed interface Call {
    /** Returns the symbols that it makes, with those of masks. */
    List<Tensor> outputs();
  }

  /**
   * The call of a layer.
   *
   * @param other function of the layer that is called; empty for its {@code call}
   * @param input symbols and tensors in the structure that the layer takes
   * @param training training flag of the call; null for that of the model
   * @param output symbols in the structure that the layer returns
   */
  public record OfLayer(
      AbstractLayer<?, ?> layer,
      Optional<LayerFunction<?, ?>> other,
      Object input,
      Boolean training,
      Object output,
      List<Tensor> outputs)
      implements Call {}

  /**
   * The call of an op.
   *
   * @param inputs symbols and constants
   */
  public record OfOp(Op op, List<Tensor> inputs, List<Tensor> outputs) implements Call {}

  /** Returns the calls of a model; empty if they are not known, as those of a subclass. */
  public static Optional<ModelCalls> of(AbstractLayer<?, ?> model) {
    FunctionalGraph<?, ?> graph = model.graph();
    if (graph == null) {
      return Optional.empty();
    }
    List<Call> calls = new ArrayList<>();
    for (SymbolicCall call : graph.calls()) {
      List<Tensor> outputs = List.copyOf(call.outputs());
      switch (call) {
        case SymbolicCall.OfLayer<?, ?> of ->
            calls.add(
                new OfLayer(
                    of.layer(),
                    AbstractLayer.isCall(of.function())
                        ? Optional.empty()
                        : Optional.of(of.function()),
                    of.input(),
                    of.training(),
                    of.output(),
                    outputs));
        case SymbolicCall.OfOp of -> calls.add(new OfOp(of.op(), of.inputs(), outputs));
        case SymbolicCall.OfInput _ -> {}
      }
    }
    return Optional.of(new ModelCalls(graph.inputs(), graph.outputs(), calls));
  }

  /** Returns the name of an input; empty for any other symbol. */
  public static Optional<String> inputName(Tensor symbol) {
    return SymbolicCall.of(symbol) instanceof SymbolicCall.OfInput input
        ? Optional.of(input.name())
        : Optional.empty();
  }
}
