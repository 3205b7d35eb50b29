package dev.tapedeck.train;

import dev.tapedeck.nn.Initializer;
import dev.tapedeck.nn.Initializers;
import dev.tapedeck.nn.Regularizer;
import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The variables that a layer creates at its first call, by name, with their penalties. */
final class LayerVariables {
  private final Map<String, Variable> added = new LinkedHashMap<>();
  private final Map<Variable, Regularizer> regularizers = new LinkedHashMap<>();
  private boolean built;
  private Runnable onStateCreated;
  private DType dtype = DType.FLOAT32;

  /** Returns whether the variables have been created. */
  boolean built() {
    return built;
  }

  /** Sets the action that runs when they are, before they are used; null for none. */
  void onStateCreated(Runnable action) {
    onStateCreated = action;
  }

  /**
   * Creates the variables, also while a function is traced; if that fails, none is kept.
   *
   * @param build adds them
   * @param type their element type
   */
  void create(Runnable build, DType type) {
    dtype = type;
    Dispatch.eagerly(
        () -> {
          createOrUndo(build);
          return null;
        });
  }

  private void createOrUndo(Runnable build) {
    List<String> before = List.copyOf(added.keySet());
    boolean complete = false;
    try {
      if (onStateCreated == null) {
        build.run();
        built = true;
      } else {
        // Initial values that a checkpoint then replaces must not change later random draws.
        RandomKey.aside(build);
        built = true;
        onStateCreated.run();
        onStateCreated = null;
      }
      complete = true;
    } finally {
      if (!complete) {
        built = false;
        added.keySet().retainAll(before);
        regularizers.keySet().retainAll(added.values());
      }
    }
  }

  /** Adds a variable of the element type of the first input. */
  Variable add(String layer, WeightSpec spec) {
    if (added.containsKey(spec.name())) {
      throw new IllegalArgumentException(
          layer + ": has a variable \"" + spec.name() + "\" already");
    }
    TensorSpec type = new TensorSpec(dtype, spec.shape());
    VariableBudget.take(layer, type);
    Initializer initializer =
        spec.trainable() && VariableBudget.isSet() ? Initializers.zeros() : spec.initializer();
    Tensor initial = initializer.create(RandomKey.next(), type);
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

  /** Puts a variable that training does not change in place of another, under its name. */
  Variable replace(Variable former, Tensor value) {
    Variable variable = Variable.untrainable(value, former.name());
    added.replaceAll((_, each) -> each.equals(former) ? variable : each);
    regularizers.remove(former);
    return variable;
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

  /** Returns the penalties of the variables that training changes, as Keras counts them. */
  List<Tensor> penalties() {
    return regularizers.entrySet().stream()
        .filter(entry -> entry.getKey().trainable())
        .map(entry -> entry.getValue().of(entry.getKey().reading()))
        .toList();
  }
}
