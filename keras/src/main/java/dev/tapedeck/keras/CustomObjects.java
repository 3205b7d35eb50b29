package dev.tapedeck.keras;

import dev.tapedeck.train.AbstractLayer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * The layers of one's own that files name, by the names that Keras registered them under;
 * immutable, each method returns a changed copy.
 *
 * <pre>{@code
 * CustomObjects own =
 *     new CustomObjects().layer("shop>Scale", Scale.class, config -> new Scale((double) config.get("factor")));
 * Model model = KerasFiles.load(Path.of("model.keras"), own);
 * }</pre>
 */
public final class CustomObjects {
  private final Map<String, Entry> entries;

  private record Entry(
      Class<?> type, Function<Map<String, Object>, ? extends AbstractLayer<?, ?>> factory) {}

  /** Makes a registry of no layers. */
  public CustomObjects() {
    this(Map.of());
  }

  private CustomObjects(Map<String, Entry> entries) {
    this.entries = entries;
  }

  /**
   * Returns a registry with one more layer.
   *
   * @param name name that Keras registered the class under, {@code package>Name}
   * @param type class of the layers, which are written under this name
   * @param factory maker of a layer from its arguments in the file: numbers, texts, booleans, lists
   *     and maps, null for None
   */
  public <L extends AbstractLayer<?, ?>> CustomObjects layer(
      String name, Class<L> type, Function<Map<String, Object>, L> factory) {
    Objects.requireNonNull(factory, "CustomObjects: the factory is null; give config -> layer");
    Map<String, Entry> all = new LinkedHashMap<>(entries);
    all.put(name, new Entry(type, factory));
    return new CustomObjects(all);
  }

  /** Makes a layer of a registered name; empty if there is none. */
  Optional<AbstractLayer<?, ?>> make(String name, Map<String, Object> config) {
    Entry entry = entries.get(name);
    return entry == null ? Optional.empty() : Optional.of(entry.factory.apply(config));
  }

  /** Returns the name that a class is registered under. */
  Optional<String> name(Class<?> type) {
    return entries.entrySet().stream()
        .filter(entry -> entry.getValue().type == type)
        .map(Map.Entry::getKey)
        .findFirst();
  }
}
