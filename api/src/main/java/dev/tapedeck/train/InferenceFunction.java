package dev.tapedeck.train;

import dev.tapedeck.function.ConcreteFunction;
import dev.tapedeck.function.TensorTree;
import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.SymbolicTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The traced call of a layer without training, for exports.
 *
 * @param function takes the layer's input
 * @param inputs names of the inputs, in their order; empty if the layer does not name them
 * @hidden not for programs that use Tapedeck
 */
public record InferenceFunction(ConcreteFunction function, Optional<List<String>> inputs) {
  /**
   * Traces a layer whose inputs are known: a functional model, a {@code Sequential} with an input,
   * or a layer that was applied to symbols.
   *
   * @param who name of the caller, for messages
   * @throws IllegalArgumentException if the inputs are not known, or the layer is quantized
   */
  public static InferenceFunction of(String who, AbstractLayer<?, ?> layer) {
    Quantization.requireNone(who, layer);
    Object input;
    try {
      input = layer.input();
    } catch (IllegalStateException e) {
      throw Refusal.of(
          who,
          "needs a functional model, or the types and shapes of the inputs",
          LayerNames.type(layer) + " without an Input",
          "pass a list of TensorSpec, as List.of(new TensorSpec(DType.FLOAT32, Shape.of(-1, 10)))");
    }
    List<String> names = new ArrayList<>();
    for (Tensor tensor : TensorTree.tensorsOf(input)) {
      String symbol = ((SymbolicTensor) tensor).name(); // name:0
      names.add(symbol.substring(0, symbol.lastIndexOf(':')));
    }
    return new InferenceFunction(traced(layer, input), Optional.of(names));
  }

  /**
   * Traces a layer for inputs of types and shapes.
   *
   * @param who name of the caller, for messages
   * @param inputs one for each tensor of the input, in order; an unknown size, -1, may be any
   * @throws IllegalArgumentException if the layer does not take them, or is quantized
   */
  public static InferenceFunction of(
      String who, AbstractLayer<?, ?> layer, List<TensorSpec> inputs) {
    Quantization.requireNone(who, layer);
    TensorTree known = layer.inputTree();
    int expected =
        layer instanceof Layer ? 1 : known == null ? inputs.size() : known.specs().size();
    if (inputs.size() != expected) {
      throw Refusal.of(
          who,
          "needs " + expected + (expected == 1 ? " input" : " inputs"),
          inputs.size(),
          "give the type and shape of each");
    }
    List<Tensor> symbols = inputs.stream().map(spec -> Input.of("inputs", spec)).toList();
    Object input =
        layer instanceof Layer
            ? symbols.getFirst()
            : known == null ? symbols : known.rebuild(symbols);
    return new InferenceFunction(traced(layer, input), Optional.empty());
  }

  private static ConcreteFunction traced(AbstractLayer<?, ?> layer, Object input) {
    return TracedFunction.of(layer.name(), (Object in) -> apply(layer, in)).concreteFunction(input);
  }

  @SuppressWarnings("unchecked") // the layer refuses what it does not take
  private static Object apply(AbstractLayer<?, ?> layer, Object input) {
    return ((AbstractLayer<Object, Object>) layer).run(input, false);
  }
}
