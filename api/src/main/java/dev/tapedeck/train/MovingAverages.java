package dev.tapedeck.train;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/** The moving averages of variables, in their slots, or in place of the variables' own values. */
final class MovingAverages {
  private final OptimizerSlots slots;
  private boolean inPlace; // variables hold averages, and slots the weights

  MovingAverages(OptimizerSlots slots) {
    this.slots = slots;
  }

  /** Returns the slot of a variable, which begins as its value. */
  Variable of(Variable variable) {
    return slots.get(variable, UpdateStages.AVERAGE, Variable::value);
  }

  boolean areInPlace() {
    return inPlace;
  }

  /** Exchanges the values of variables and slots. */
  void swap(List<Variable> variables) {
    try (Scope _ = new Scope()) {
      for (Variable variable : variables) {
        Tensor value = variable.value();
        variable.assign(of(variable));
        of(variable).assign(value);
      }
    }
    inPlace = !inPlace;
  }

  /** Sets variables and their slots to the averages. */
  void finish(List<Variable> variables) {
    for (Variable variable : variables) {
      Variable average = of(variable);
      Object _ = inPlace ? average.assign(variable) : variable.assign(average);
    }
    inPlace = false;
  }
}
