package dev.tapedeck.train;

import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** The slots of an optimizer: variables by name for each variable, created when first asked for. */
final class OptimizerSlots {
  private final Map<Variable, Map<String, Variable>> slots = new LinkedHashMap<>();
  private Runnable onStateCreated;

  /**
   * Returns a slot of a variable.
   *
   * @param initial gives its value at first; null for zeros of the variable's shape and type
   */
  Variable get(Variable variable, String name, Function<Variable, Tensor> initial) {
    // Created once, not by each run of a graph.
    return Dispatch.eagerly(
        () -> getOrCreate(variable, name, initial == null ? Creation::zerosLike : initial));
  }

  private Variable getOrCreate(Variable variable, String name, Function<Variable, Tensor> initial) {
    Map<String, Variable> own = slots.computeIfAbsent(variable, v -> new LinkedHashMap<>());
    Variable slot = own.get(name);
    if (slot == null) {
      slot = Variable.untrainable(initial.apply(variable), name);
      own.put(name, slot);
      notifyCreated(own, name);
    }
    return slot;
  }

  private void notifyCreated(Map<String, Variable> own, String name) {
    boolean accepted = onStateCreated == null;
    try {
      if (!accepted) {
        onStateCreated.run();
        accepted = true;
      }
    } finally {
      if (!accepted) { // or the next step would continue with zeros
        own.remove(name);
      }
    }
  }

  /** Sets the action of a restored checkpoint, which runs when a slot is created. */
  void onStateCreated(Runnable action) {
    onStateCreated = action;
  }

  Map<Variable, Map<String, Variable>> all() {
    return Collections.unmodifiableMap(slots);
  }
}
