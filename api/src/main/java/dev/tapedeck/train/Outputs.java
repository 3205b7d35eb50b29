package dev.tapedeck.train;

import dev.tapedeck.config.Records;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Predictions, labels or weights by output: the components of a record, the entries of a map, the
 * positions of a list, or one tensor under {@link Objective#ALL}; those of a structure within it by
 * path, {@code boxes/score}.
 */
final class Outputs {
  private Outputs() {}

  /** Returns the tensors of a structure by name; an absent one is left out. */
  static Map<String, Tensor> of(Object values) {
    Map<String, Tensor> named = new LinkedHashMap<>();
    if (Operands.isTensor(values)) {
      named.put(Objective.ALL, Operands.tensor(values));
      return named;
    }
    put(named, "", values);
    return named;
  }

  private static Map<String, Object> parts(Object values) {
    Map<String, Object> parts = new LinkedHashMap<>();
    switch (values) {
      case null -> {}
      case Record components -> {
        List<Object> all = Records.components(components);
        Records.names(components.getClass())
            .forEach(name -> parts.put(name, all.get(parts.size())));
      }
      case Map<?, ?> map -> {
        Map<String, Object> sorted = new TreeMap<>();
        map.forEach((key, value) -> sorted.put(String.valueOf(key), value));
        parts.putAll(sorted);
      }
      case List<?> list -> list.forEach(part -> parts.put(Integer.toString(parts.size()), part));
      case Object[] array ->
          Arrays.asList(array).forEach(part -> parts.put(Integer.toString(parts.size()), part));
      default ->
          throw Refusal.of(
              "model",
              "needs tensors, or a record, map or list of them",
              values.getClass().getSimpleName(),
              "give tensors");
    }
    return parts;
  }

  private static void put(Map<String, Tensor> named, String prefix, Object structure) {
    parts(structure)
        .forEach(
            (name, part) -> {
              if (Operands.isTensor(part)) {
                named.put(prefix + name, Operands.tensor(part));
              } else {
                put(named, prefix + name + "/", part);
              }
            });
  }
}
