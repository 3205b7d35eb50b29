package dev.tapedeck.train;

import dev.tapedeck.function.TensorTree;
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
  private final Map<AbstractLayer<?, ?>, String> names = new IdentityHashMap<>();
  private AbstractLayer<?, ?> first;

  private FiniteOutputs(AbstractLayer<?, ?> model) {
    nameAll(model, "");
  }

  /** Returns the source of the first non-finite number in a model, as a sentence. */
  static String firstOf(AbstractLayer<?, ?> model, Example batch, boolean training) {
    if (!areFinite(batch.inputs())) {
      return "the batch's inputs are not finite";
    }
    if (batch.labels() != null && !areFinite(batch.labels())) {
      return "the batch's labels are not finite";
    }
    FiniteOutputs outputs = new FiniteOutputs(model);
    Supplier<Object> call = () -> output(model, batch.inputs(), training);
    try (Scope scope = new Scope()) {
      Dispatch.eagerly(
          () ->
              RandomKey.withKey(
                  RandomKey.of(0), () -> ScopedValue.where(CURRENT, outputs).call(call::get)));
    }
    return outputs.text();
  }

  @Override
  public <O> O call(AbstractLayer<?, ?> layer, Object input, Supplier<O> call) {
    O output = call.get();
    if (first == null && !areFinite(output)) {
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

  private void nameAll(AbstractLayer<?, ?> layer, String path) {
    String type = " (" + LayerNames.type(layer) + ")";
    String name = path.isEmpty() ? "the model" : "layer \"" + path + "\"";
    if (names.putIfAbsent(layer, name + type) == null) {
      String below = path.isEmpty() ? "" : path + "/";
      layer.children().forEach((child, part) -> nameAll(part, below + child));
    }
  }

  @SuppressWarnings("unchecked") // the model took these inputs before
  private static <I> Object output(AbstractLayer<I, ?> model, Object inputs, boolean training) {
    return model.run((I) inputs, training);
  }

  private static boolean areFinite(Object values) {
    return TensorTree.tensorsOf(values).stream().allMatch(FiniteOutputs::isFinite);
  }

  private static boolean isFinite(Tensor tensor) {
    return !tensor.dtype().isFloating() || Reductions.all(Logic.isFinite(tensor)).toBoolean();
  }
}
