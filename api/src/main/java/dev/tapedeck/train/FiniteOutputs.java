package dev.tapedeck.train;

import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** A search for the first layer of a model whose output for a batch is not finite. */
final class FiniteOutputs implements LayerInterceptor {
  private final Map<Layer, String> names = new IdentityHashMap<>();
  private Layer first;

  private FiniteOutputs(Model model) {
    nameAll(model, "");
  }

  /** Returns the source of the first non-finite number in a model, as a sentence. */
  static String firstOf(Model model, Example batch, boolean training) {
    if (!isFinite(batch.x())) {
      return "the batch's inputs are not finite";
    }
    if (batch.y() != null && !isFinite(batch.y())) {
      return "the batch's labels are not finite";
    }
    FiniteOutputs outputs = new FiniteOutputs(model);
    Supplier<Tensor> call = () -> model.apply(batch.x(), training);
    try (Scope scope = new Scope()) {
      Dispatch.eagerly(
          () ->
              RandomKey.dealtFrom(
                  RandomKey.of(0), () -> ScopedValue.where(CURRENT, outputs).call(call::get)));
    }
    return outputs.text();
  }

  @Override
  public Tensor call(Layer layer, Tensor input, Supplier<Tensor> call) {
    Tensor output = call.get();
    if (first == null && !isFinite(output)) {
      first = layer;
    }
    return output;
  }

  private String text() {
    if (first == null) {
      return "the outputs of all layers are finite, so that the loss function makes it";
    }
    String text = "the first output that is not finite is that of " + names.get(first);
    for (Map.Entry<String, Variable> variable : first.namedVariables().entrySet()) {
      if (!isFinite(variable.getValue().reading())) {
        return text + ", whose variable \"" + variable.getKey() + "\" is not finite";
      }
    }
    return text;
  }

  private void nameAll(Layer layer, String path) {
    String type = " (" + LayerNames.type(layer) + ")";
    String name = path.isEmpty() ? "the model" : "layer \"" + path + "\"";
    if (names.putIfAbsent(layer, name + type) == null) {
      String below = path.isEmpty() ? "" : path + "/";
      layer.children().forEach((child, part) -> nameAll(part, below + child));
    }
  }

  private static boolean isFinite(Tensor tensor) {
    return !tensor.dtype().isFloating() || Reductions.all(Logic.isFinite(tensor)).toBoolean();
  }
}
