package dev.tapedeck.train;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tracking.TrackedFields;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * The variables, layers and aggregators in a layer's parts, also in lists, arrays, maps and
 * records, by path.
 */
record LayerState(
    AbstractLayer<?, ?> owner,
    boolean trainable,
    Map<String, Variable> variables,
    Map<String, AbstractLayer<?, ?>> layers,
    Map<String, Aggregator> aggregators) {

  static LayerState of(AbstractLayer<?, ?> owner) {
    LayerState state =
        new LayerState(
            owner,
            owner.trainable(),
            new LinkedHashMap<>(),
            new LinkedHashMap<>(),
            new LinkedHashMap<>());
    owner.parts().forEach(state::collect);
    return state;
  }

  private void collect(String name, Object value) {
    switch (value) {
      case Variable variable -> put("variables", variables, name, variable);
      case AbstractLayer<?, ?> layer -> put("layers", layers, name, layer);
      case Aggregator aggregator -> put("metrics", aggregators, name, aggregator);
      case Object[] array -> collect(name, Arrays.asList(array));
      case List<?> _, Map<?, ?> _, Record _ ->
          TrackedFields.within(value).forEach((key, part) -> collect(name + "/" + key, part));
      case null, default -> {}
    }
  }

  private static <T> void put(String what, Map<String, T> named, String name, T value) {
    if (named.putIfAbsent(name, value) != null) {
      throw new IllegalStateException("layer: two " + what + " are named \"" + name + "\"");
    }
  }

  /** Returns all variables of a layer and of those below it, by path; a shared one once. */
  static Map<String, Variable> variables(AbstractLayer<?, ?> root) {
    Map<String, Variable> found = new LinkedHashMap<>();
    Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    visit(
        root,
        "",
        seen,
        (path, state) ->
            state.variables.forEach(
                (name, variable) -> {
                  if (seen.add(variable)) {
                    found.put(path + name, variable);
                  }
                }));
    return Collections.unmodifiableMap(found);
  }

  /** Returns the variables that training changes, by path: trainable ones of trainable layers. */
  static Map<String, Variable> trainableVariables(AbstractLayer<?, ?> root) {
    Set<Object> frozen = Collections.newSetFromMap(new IdentityHashMap<>());
    visit(
        root,
        "",
        Collections.newSetFromMap(new IdentityHashMap<>()),
        (path, state) -> {
          if (!state.trainable) {
            frozen.addAll(state.variables.values());
          }
        });
    Map<String, Variable> found = new LinkedHashMap<>(variables(root));
    found.values().removeIf(variable -> !variable.trainable() || frozen.contains(variable));
    return Collections.unmodifiableMap(found);
  }

  /** Returns a layer and all those below it, the root first. */
  static List<AbstractLayer<?, ?>> layers(AbstractLayer<?, ?> root) {
    List<AbstractLayer<?, ?>> found = new ArrayList<>();
    visit(
        root,
        "",
        Collections.newSetFromMap(new IdentityHashMap<>()),
        (path, state) -> found.add(state.owner));
    return found;
  }

  /** Returns the layers that training changes, the root first. */
  static List<AbstractLayer<?, ?>> trainableLayers(AbstractLayer<?, ?> root) {
    return layers(root).stream().filter(AbstractLayer::trainable).toList();
  }

  /** Assigns to all variables of a layer, after a check of all values. */
  static void assign(AbstractLayer<?, ?> root, List<?> weights) {
    List<Variable> variables = root.variables();
    if (weights.size() != variables.size()) {
      throw Refusal.of(
          "setWeights",
          "needs a value for each of the " + variables.size() + " variables of " + root.name(),
          weights.size() + " values",
          root.isAwaitingState()
              ? "call the layer first, which creates its variables"
              : "give all");
    }
    List<Tensor> values = new ArrayList<>();
    List<String> paths = List.copyOf(root.namedVariables().keySet());
    for (int i = 0; i < variables.size(); i++) {
      Tensor value = Tensor.of(weights.get(i));
      if (!value.spec().equals(variables.get(i).spec())) {
        throw Refusal.of(
            "setWeights",
            "needs " + variables.get(i).spec() + " for \"" + paths.get(i) + "\"",
            value.spec(),
            "cast or reshape it");
      }
      values.add(value);
    }
    for (int i = 0; i < values.size(); i++) {
      variables.get(i).assign(values.get(i));
    }
  }

  /** Returns all aggregators of a layer and of those below it. */
  static List<Aggregator> aggregators(AbstractLayer<?, ?> root) {
    List<Aggregator> found = new ArrayList<>();
    Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    visit(root, "", seen, (path, state) -> found.addAll(state.aggregators.values()));
    return found;
  }

  private static void visit(
      AbstractLayer<?, ?> layer,
      String path,
      Set<Object> seen,
      BiConsumer<String, LayerState> action) {
    if (!seen.add(layer)) {
      return;
    }
    LayerState state = of(layer);
    action.accept(path, state);
    state.layers.forEach((name, child) -> visit(child, path + name + "/", seen, action));
  }
}
