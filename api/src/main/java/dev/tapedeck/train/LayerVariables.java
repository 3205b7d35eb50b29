package dev.tapedeck.train;

import dev.tapedeck.nn.Regularizer;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The variables that a layer has added, by name, with their penalties. */
final class LayerVariables {
  private final Map<String, Variable> added = new LinkedHashMap<>();
  private final Map<Variable, Regularizer> regularizers = new LinkedHashMap<>();

  /** Adds a variable of an element type. */
  Variable add(String layer, WeightSpec spec, DType dtype) {
    if (added.containsKey(spec.name())) {
      throw new IllegalArgumentException(
          layer + ": has a variable \"" + spec.name() + "\" already");
    }
    TensorSpec type = new TensorSpec(dtype, spec.shape());
    Tensor initial = spec.initializer().create(RandomKey.next(), type);
    Variable variable =
        spec.trainable()
            ? Variable.of(initial, spec.name())
            : Variable.untrainable(initial, spec.name());
    variable.autocast(spec.autocast());
    if (spec.constraint() != null) {
      variable.constraint(spec.constraint()::of);
    }
    if (spec.regularizer() != null) {
      regularizers.put(variable, spec.regularizer());
    }
    added.put(spec.name(), variable);
    return variable;
  }

  /** Returns the names so far, for {@link #retain}. */
  List<String> names() {
    return List.copyOf(added.keySet());
  }

  /** Drops the variables with other names, which a failed build has added. */
  void retain(List<String> names) {
    added.keySet().retainAll(names);
    regularizers.keySet().retainAll(added.values());
  }

  /** Puts the variables into parts in place of the fields that hold them. */
  void putInto(Map<String, Object> parts, String layer) {
    parts.values().removeIf(part -> part instanceof Variable && added.containsValue(part));
    added.forEach(
        (name, variable) -> {
          if (parts.put(name, variable) != null) {
            throw new IllegalStateException(layer + ": two variables are named \"" + name + "\"");
          }
        });
  }

  /** Returns the penalties of the variables. */
  List<Tensor> penalties() {
    return regularizers.entrySet().stream()
        .map(entry -> entry.getValue().of(entry.getKey().reading()))
        .toList();
  }
}
