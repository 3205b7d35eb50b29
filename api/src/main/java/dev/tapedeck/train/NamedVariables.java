package dev.tapedeck.train;

import dev.tapedeck.ops.Variable;
import java.util.AbstractList;
import java.util.List;
import java.util.Map;
import java.util.RandomAccess;
import java.util.function.Function;

/** A list of a layer's variables that also knows their paths. */
final class NamedVariables extends AbstractList<Variable> implements RandomAccess {
  private final List<Map.Entry<String, Variable>> entries;

  private NamedVariables(List<Map.Entry<String, Variable>> entries) {
    this.entries = entries;
  }

  static NamedVariables of(Map<String, Variable> named) {
    return new NamedVariables(named.entrySet().stream().map(Map.Entry::copyOf).toList());
  }

  static NamedVariables of(List<Variable> variables, Function<Variable, String> path) {
    return new NamedVariables(variables.stream().map(v -> Map.entry(path.apply(v), v)).toList());
  }

  /** Returns the path of a variable in a list, or its own name if the list knows no paths. */
  static String name(List<Variable> variables, int index) {
    return variables instanceof NamedVariables named
        ? named.entries.get(index).getKey()
        : variables.get(index).name();
  }

  @Override
  public Variable get(int index) {
    return entries.get(index).getValue();
  }

  @Override
  public int size() {
    return entries.size();
  }
}
