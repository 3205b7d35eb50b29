package dev.tapedeck.train;

import dev.tapedeck.ops.Variable;
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
    Map<String, Variable> variables,
    Map<String, AbstractLayer<?, ?>> layers,
    Map<String, Aggregator> aggregators) {

  static LayerState of(AbstractLayer<?, ?> owner) {
    LayerState state =
        new LayerState(new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>());
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
