package dev.tapedeck.train;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tracking.TrackedFields;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** A copy of the values of variables; those of an optimizer with its slots. */
record StateSnapshot(Map<Variable, EagerTensor> values) {
  /** Copies the values of all variables reached from an object that may have state. */
  static StateSnapshot of(Object root) {
    Map<Variable, EagerTensor> values = new LinkedHashMap<>();
    copy(root, values, Collections.newSetFromMap(new IdentityHashMap<>()));
    return new StateSnapshot(values);
  }

  /** Returns all variables reached from an object that may have state, in order. */
  static Set<Variable> variables(Object root) {
    StateSnapshot snapshot = of(root);
    snapshot.release();
    return snapshot.values.keySet();
  }

  /** Returns a copy of a value, which no scope releases. */
  static EagerTensor copy(EagerTensor value) {
    try (Scope none = Scope.none()) {
      EagerTensor copy = EagerTensor.allocate(value.spec());
      Elements.copy(value, copy);
      return copy;
    }
  }

  private static void copy(Object part, Map<Variable, EagerTensor> values, Set<Object> seen) {
    if (!seen.add(part)) {
      return;
    }
    if (part instanceof Variable variable) {
      values.put(variable, copy(variable.memory()));
    } else {
      TrackedFields.within(part).values().forEach(inner -> copy(inner, values, seen));
      if (part instanceof Optimizer optimizer) {
        optimizer.slots().values().forEach(slots -> copy(slots, values, seen));
      }
    }
  }

  /** Writes the values back into the variables. */
  void restore() {
    values.forEach(Variable::write);
  }

  /** Releases the memory of the values. */
  void release() {
    values.values().forEach(EagerTensor::release);
  }
}
