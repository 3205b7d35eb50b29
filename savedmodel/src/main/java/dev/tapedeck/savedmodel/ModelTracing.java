package dev.tapedeck.savedmodel;

import dev.tapedeck.function.ConcreteFunction;
import dev.tapedeck.function.TensorTree;
import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.SymbolicTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.train.AbstractLayer;
import dev.tapedeck.train.Input;
import dev.tapedeck.train.Layer;
import dev.tapedeck.train.LayerOf;
import java.util.ArrayList;
import java.util.List;

/**
 * The traced inference of a layer.
 *
 * @param inputs names of the tensors; null to make them of the structure
 */
record ModelTracing(ConcreteFunction function, List<String> inputs) {
  /** Traces a model of symbols. */
  static ModelTracing of(String name, AbstractLayer<?, ?> model) {
    Object input;
    try {
      input = model.input();
    } catch (IllegalStateException e) {
      throw Refusal.of(
          "SavedModels.export",
          "needs a functional model, or the types and shapes of the inputs",
          model.getClass().getSimpleName() + " without an Input",
          "pass a list of TensorSpec, as List.of(new TensorSpec(DType.FLOAT32, Shape.of(-1, 10)))");
    }
    List<String> names = new ArrayList<>();
    for (Tensor tensor : TensorTree.tensorsOf(input)) {
      String symbol = ((SymbolicTensor) tensor).name(); // name:0
      names.add(symbol.substring(0, symbol.lastIndexOf(':')));
    }
    return new ModelTracing(trace(name, model, input), names);
  }

  /** Traces a layer for tensors of types and shapes. */
  static ModelTracing of(String name, AbstractLayer<?, ?> model, List<TensorSpec> specs) {
    return new ModelTracing(trace(name, model, structure(model, specs)), null);
  }

  /** Returns symbols in the structure of the first input, or as the layer's class takes them. */
  private static Object structure(AbstractLayer<?, ?> model, List<TensorSpec> specs) {
    List<Tensor> symbols = specs.stream().map(spec -> Input.of("inputs", spec)).toList();
    TensorTree known = model.inputTree();
    if (known != null && known.specs().size() == specs.size()) {
      return known.rebuild(symbols);
    }
    return model instanceof Layer && specs.size() == 1 ? symbols.getFirst() : symbols;
  }

  private static ConcreteFunction trace(String name, AbstractLayer<?, ?> model, Object input) {
    return TracedFunction.of(name, (Object in) -> apply(model, in)).concreteFunction(input);
  }

  @SuppressWarnings("unchecked") // the layer refuses what it does not take
  private static Object apply(AbstractLayer<?, ?> model, Object input) {
    return model instanceof Layer layer
        ? layer.apply((Tensor) input, false)
        : ((LayerOf<Object, Object>) model).apply(input, false);
  }
}
