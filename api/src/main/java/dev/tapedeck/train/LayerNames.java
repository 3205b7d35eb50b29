package dev.tapedeck.train;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** The names of layers: of their classes, and those that their owners hold them under. */
final class LayerNames {
  // Compiled once: in a compilation, a stack overflow is reported as a wrong pattern.
  private static final Pattern NEXT_WORD = Pattern.compile("([a-z])([A-Z])");

  private LayerNames() {}

  /** Returns the name of a layer's class; of an anonymous one, that of the class it extends. */
  static String type(AbstractLayer<?, ?> layer) {
    Class<?> type = layer.getClass();
    return (type.isAnonymousClass() ? type.getSuperclass() : type).getSimpleName();
  }

  /** Returns the class in snake case, the name of a layer that has no other. */
  static String defaultName(AbstractLayer<?, ?> layer) {
    String split =
        NEXT_WORD
            .matcher(layer.getClass().getSimpleName())
            .replaceAll("$1_$2")
            .toLowerCase(Locale.ROOT);
    return split.isEmpty() ? "layer" : split;
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
}
