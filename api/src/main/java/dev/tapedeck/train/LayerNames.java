package dev.tapedeck.train;

import dev.tapedeck.config.SnakeCase;
import dev.tapedeck.tensor.Loggers;
import dev.tapedeck.tensor.Refusal;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The names of layers: of their classes, and those that their owners hold them under. */
final class LayerNames {
  /** The number of layers of each default name. */
  private static final Map<String, Integer> COUNTS = new ConcurrentHashMap<>();

  private LayerNames() {}

  /** Returns the name of a layer's class; of an anonymous one, that of the class it extends. */
  static String type(AbstractLayer<?, ?> layer) {
    if (layer instanceof FunctionalOf<?, ?>) {
      return "Functional";
    }
    Class<?> type = layer.getClass();
    return (type.isAnonymousClass() ? type.getSuperclass() : type).getSimpleName();
  }

  /** Returns the class in snake case, the name of a layer that has no other. */
  static String defaultName(AbstractLayer<?, ?> layer) {
    return layer.getClass().isAnonymousClass() ? "layer" : SnakeCase.of(type(layer));
  }

  /**
   * Returns the name under which an owner holds a layer.
   *
   * @param owner null for none
   */
  static String within(AbstractLayer<?, ?> owner, AbstractLayer<?, ?> layer) {
    Map<String, AbstractLayer<?, ?>> held = owner == null ? Map.of() : owner.children();
    return held.entrySet().stream()
        .filter(child -> child.getValue().equals(layer))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseGet(() -> defaultName(layer));
  }

  /** Returns the name that a layer was given, or its class's; not numbered. */
  static String held(AbstractLayer<?, ?> layer) {
    return layer.givenName() == null ? defaultName(layer) : layer.givenName();
  }

  /** Returns the class in snake case, numbered from the second layer of the process on. */
  static String unique(AbstractLayer<?, ?> layer) {
    String name = defaultName(layer);
    int number = COUNTS.merge(name, 1, Integer::sum) - 1;
    return number == 0 ? name : name + "_" + number;
  }

  /** Returns how messages name a model's layers: {@code layer "hidden" (Dense)}. */
  static Map<AbstractLayer<?, ?>, String> places(AbstractLayer<?, ?> model) {
    Map<AbstractLayer<?, ?>, String> places = new IdentityHashMap<>();
    addPlaces(model, "", places);
    return places;
  }

  private static void addPlaces(
      AbstractLayer<?, ?> layer, String path, Map<AbstractLayer<?, ?>, String> places) {
    String name = path.isEmpty() ? "the model" : "layer \"" + path + "\"";
    if (places.putIfAbsent(layer, name + " (" + type(layer) + ")") == null) {
      String below = path.isEmpty() ? "" : path + "/";
      layer.children().forEach((child, part) -> addPlaces(part, below + child, places));
    }
  }

  /** Returns a name that a layer may have. */
  static String require(String name) {
    if (name == null || name.isBlank() || name.contains("/")) {
      throw Refusal.of(
          "layer",
          "needs a name without /, which separates the parts of a path",
          name == null ? "null" : '"' + name + '"',
          "give a word, as \"hidden\"");
    }
    return name;
  }

  /** Returns the layer at a path within another one. */
  static AbstractLayer<?, ?> find(AbstractLayer<?, ?> root, String path) {
    AbstractLayer<?, ?> found = root;
    for (String part : path.split("/", -1)) {
      found = child(found, part, path);
    }
    return found;
  }

  private static AbstractLayer<?, ?> child(AbstractLayer<?, ?> owner, String name, String path) {
    Map<String, AbstractLayer<?, ?>> children = owner.children();
    AbstractLayer<?, ?> held = children.get(name);
    return held != null
        ? held
        : children.values().stream()
            .filter(layer -> layer.name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    Refusal.of(
                        "layer",
                        owner.name() + " has layers " + children.keySet(),
                        '"' + path + '"',
                        "give one of these names"));
  }

  static void warnOfDroppedMask(AbstractLayer<?, ?> layer) {
    Loggers.of(Layer.class)
        .warn(
            "{}: the input has a mask, which this layer does not support and drops: layers after it"
                + " take padding for data",
            layer.name());
  }

  /** Returns the class with its arguments, variables and layers. */
  static String describe(AbstractLayer<?, ?> layer) {
    LayerState state = LayerState.of(layer);
    List<String> held = new ArrayList<>(ArgumentText.of(layer.arguments()));
    state.variables().forEach((name, variable) -> held.add(name + ": " + variable.spec()));
    state.layers().forEach((name, inner) -> held.add(name + ": " + type(inner)));
    return type(layer) + "(" + String.join(", ", held) + ")";
  }
}
