package dev.tapedeck.train;

import dev.tapedeck.tensor.Parts;
import dev.tapedeck.tensor.Variable;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The variables and layers among a layer's parts, also in lists, arrays, maps and records, by path.
 */
record Fields(Map<String, Variable> variables, Map<String, Layer> layers) {

  static Fields of(Layer owner) {
    Fields fields = new Fields(new LinkedHashMap<>(), new LinkedHashMap<>());
    owner.parts().forEach(fields::collect);
    return fields;
  }

  private void collect(String name, Object value) {
    switch (value) {
      case Variable variable -> put("variables", variables, name, variable);
      case Layer layer -> put("layers", layers, name, layer);
      case Object[] array -> collect(name, Arrays.asList(array));
      case List<?> _, Map<?, ?> _, Record _ ->
          Parts.within(value).forEach((key, part) -> collect(name + "/" + key, part));
      case null, default -> {}
    }
  }

  private static <T> void put(String what, Map<String, T> named, String name, T value) {
    if (named.putIfAbsent(name, value) != null) {
      throw new IllegalStateException("layer: two " + what + " are named \"" + name + "\"");
    }
  }

  /** Returns all variables below a layer by their paths; one that is reached twice, once. */
  static Map<String, Variable> variables(Layer root) {
    Map<String, Variable> found = new LinkedHashMap<>();
    visit(root, "", found, Collections.newSetFromMap(new IdentityHashMap<>()));
    return Collections.unmodifiableMap(found);
  }

  private static void visit(
      Layer layer, String path, Map<String, Variable> found, Set<Object> seen) {
    if (!seen.add(layer)) {
      return;
    }
    Fields fields = of(layer);
    fields
        .variables()
        .forEach(
            (name, variable) -> {
              if (seen.add(variable)) {
                found.put(path + name, variable);
              }
            });
    fields.layers().forEach((name, child) -> visit(child, path + name + "/", found, seen));
  }
}
