package dev.tapedeck.train;

import dev.tapedeck.tensor.Variable;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The variables and layers in a layer's fields, by name, in the order they are declared. */
record Fields(Map<String, Variable> variables, Map<String, Layer> layers) {

  static Fields of(Layer owner) {
    Fields fields = new Fields(new LinkedHashMap<>(), new LinkedHashMap<>());
    Deque<Class<?>> classes = new ArrayDeque<>();
    for (Class<?> c = owner.getClass();
        c != Layer.class && c != Model.class;
        c = c.getSuperclass()) {
      classes.push(c);
    }
    for (Class<?> c : classes) {
      for (Field field : c.getDeclaredFields()) {
        boolean outer = field.isSynthetic() && field.getName().startsWith("this$");
        if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive() && !outer) {
          fields.collect(field.getName(), read(field, owner));
        }
      }
    }
    owner.added().forEach(fields::collectAdded);
    return fields;
  }

  private static Object read(Field field, Object owner) {
    try {
      field.setAccessible(true);
      return field.get(owner);
    } catch (IllegalAccessException | RuntimeException e) {
      throw new IllegalStateException(
          "layer: field "
              + field
              + " cannot be read to look for variables; open its module to Tapedeck",
          e);
    }
  }

  private void collect(String name, Object value) {
    switch (value) {
      case Variable variable -> put("variables", variables, name, variable);
      case Layer layer -> put("layers", layers, name, layer);
      case Object[] array -> collect(name, Arrays.asList(array));
      case List<?> list -> {
        for (int i = 0; i < list.size(); i++) {
          collect(name + "/" + i, list.get(i));
        }
      }
      case Map<?, ?> map -> map.forEach((key, v) -> collect(name + "/" + key, v));
      case null, default -> {}
    }
  }

  private void collectAdded(String name, Variable variable) {
    // One that is in a field as well goes by the name it was added under.
    variables.values().removeIf(present -> present == variable);
    put("variables", variables, name, variable);
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
    of(layer)
        .variables()
        .forEach(
            (name, variable) -> {
              if (seen.add(variable)) {
                found.put(path + name, variable);
              }
            });
    layer.children().forEach((name, child) -> visit(child, path + name + "/", found, seen));
  }
}
