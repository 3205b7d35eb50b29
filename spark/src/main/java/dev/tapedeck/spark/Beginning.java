package dev.tapedeck.spark;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.random.RandomGenerator;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Scope;
import java.util.ArrayList;
import java.util.List;

/** The state before a training, for one that has no checkpoint yet. */
final class Beginning {
  private final List<Variable> variables;
  private final List<EagerTensor> values = new ArrayList<>();

  private Beginning(List<Variable> variables) {
    this.variables = variables;
  }

  /** Keeps the values of variables, and the state of the process's random generator. */
  static Beginning of(List<Variable> variables) {
    List<Variable> all = new ArrayList<>(variables);
    all.add(RandomGenerator.ofProcess().state());
    Beginning beginning = new Beginning(all);
    try (Scope _ = Scope.none()) {
      all.forEach(variable -> beginning.values.add((EagerTensor) variable.value()));
    }
    return beginning;
  }

  void restore() {
    for (int i = 0; i < values.size(); i++) {
      variables.get(i).write(values.get(i));
    }
  }
}
