package dev.tapedeck.keras;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The arguments of a call as a file describes them; a tensor is named by its history: the layer
 * that made it, the number of the call, and that of the output.
 *
 * @param positional tensors, lists and maps of them, numbers and texts
 * @param named those with names
 */
record CallArguments(List<Object> positional, Map<String, Object> named) {
  private static final String TENSOR = "__keras_tensor__";

  /** Reads the arguments of a call; in files of Keras 2 they are lists of histories. */
  static CallArguments of(JsonNode node, Function<JsonNode, Tensor> symbols) {
    if (node.isArray()) {
      return former(node, symbols);
    }
    List<Object> positional = new ArrayList<>();
    node.path("args").forEach(argument -> positional.add(value(argument, symbols)));
    Map<String, Object> named = new LinkedHashMap<>();
    node.path("kwargs")
        .properties()
        .forEach(option -> named.put(option.getKey(), value(option.getValue(), symbols)));
    return new CallArguments(positional, named);
  }

  private static CallArguments former(JsonNode node, Function<JsonNode, Tensor> symbols) {
    boolean one = node.size() == 4 && node.get(0).isTextual();
    List<Object> tensors = new ArrayList<>();
    Map<String, Object> named = new LinkedHashMap<>();
    for (JsonNode tensor : one ? List.of(node) : node) {
      tensors.add(symbols.apply(tensor));
      tensor
          .path(3)
          .properties()
          .forEach(
              option -> {
                JsonNode value = option.getValue();
                boolean symbol = value.isArray() && value.size() == 3 && value.get(0).isTextual();
                named.put(
                    option.getKey(), symbol ? symbols.apply(value) : ConfigReader.plain(value));
              });
    }
    Object all = tensors.size() == 1 ? tensors.getFirst() : tensors;
    return new CallArguments(Collections.singletonList(all), named); // null in histories
  }

  private static Object value(JsonNode json, Function<JsonNode, Tensor> symbols) {
    if (json.isArray()) {
      List<Object> list = new ArrayList<>();
      json.forEach(part -> list.add(value(part, symbols)));
      return list;
    } else if (json.path("class_name").asText("").equals(TENSOR)) {
      return symbols.apply(json.at("/config/keras_history"));
    } else if (json.isObject()) {
      Map<String, Object> map = new LinkedHashMap<>();
      json.properties().forEach(part -> map.put(part.getKey(), value(part.getValue(), symbols)));
      return map;
    }
    return ConfigReader.plain(json);
  }

  /** Returns the histories of the tensors in a call. */
  static List<JsonNode> histories(JsonNode node) {
    List<JsonNode> found = new ArrayList<>();
    of(
        node,
        history -> {
          found.add(history);
          return null;
        });
    return found;
  }
}
