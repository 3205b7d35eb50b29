package dev.tapedeck.train;

import dev.tapedeck.ops.Variable;
import java.util.AbstractList;
import java.util.List;
import java.util.Map;
import java.util.RandomAccess;
import java.util.function.Predicate;

/** Variables of a layer, with the paths by which it holds them. */
final class NamedVariables extends AbstractList<Variable> implements RandomAccess {
  private final List<Map.Entry<String, Variable>> entries;

  private NamedVariables(List<Map.Entry<String, Variable>> entries) {
    this.entries = entries;
  }

  static NamedVariables of(Layer layer, Predicate<Variable> which) {
    return new NamedVariables(
        layer.namedVariables().entrySet().stream()
            .filter(entry -> which.test(entry.getValue()))
            .map(entry -> Map.entry(entry.getKey(), entry.getValue()))
            .toList());
  }

  /** Returns the path of a variable in any list, or its own name where the path is not known. */
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
