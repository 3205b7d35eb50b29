package dev.tapedeck.keras;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;

/** Arguments of Keras that have no effect here, with the values at which that is true. */
final class Unused {
  /** Values at which an argument changes nothing, by its name; an empty set for any value. */
  private static final Map<String, Set<String>> VALUES =
      Map.ofEntries(
          Map.entry("data_format", Set.of("channels_last")),
          Map.entry("renorm_momentum", Set.of()),
          Map.entry("encoding", Set.of("utf-8")),
          Map.entry("vocabulary_size", Set.of()),
          Map.entry("vocabulary_dtype", Set.of("int64")),
          Map.entry("oov_method", Set.of("floormod")),
          Map.entry("synchronized", Set.of()),
          // Of Keras 2:
          Map.entry("implementation", Set.of()),
          Map.entry("input_length", Set.of()),
          Map.entry("kernel_initializer", Set.of()), // beside those of depthwise and pointwise
          Map.entry("groups", Set.of("1")),
          Map.entry("decay", Set.of("0.0", "0")));

  private Unused() {}

  /** Returns whether an argument changes nothing. */
  static boolean changesNothing(String name, JsonNode value) {
    Set<String> values = VALUES.get(name);
    return values != null && (values.isEmpty() || values.contains(value.asText()));
  }
}
