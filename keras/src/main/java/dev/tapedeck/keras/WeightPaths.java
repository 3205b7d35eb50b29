package dev.tapedeck.keras;

import dev.tapedeck.config.SnakeCase;
import dev.tapedeck.layers.AttentionLayer;
import dev.tapedeck.layers.GroupQueryAttention;
import dev.tapedeck.layers.preprocessing.Normalization;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.train.AbstractLayer;
import dev.tapedeck.train.ModelCalls;
import dev.tapedeck.train.Sequential;
import dev.tapedeck.train.Trainable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Keras's paths of a model's variables in a file of weights: {@code
 * layers/bidirectional/forward_layer/cell/vars/0}.
 *
 * <p>The layers of a sequential or functional model are numbered by class in the order of Keras's
 * {@code model.layers}; those of other objects are named by the fields that hold them, in snake
 * case, those in lists and maps by class again. Fields come in the order of their names, and with a
 * model of one's own all its layers under the name {@code layers}; what is reached twice is stored
 * once, where it is reached first.
 */
final class WeightPaths {
  /** Attributes of Keras's attention layers, by the names of the layers that they hold. */
  private static final Map<String, String> OF_ATTENTION =
      Map.of(
          "query", "query_dense",
          "key", "key_dense",
          "value", "value_dense",
          "attention_output", "output_dense");

  private static final String ADAPTATION = "lora_";

  private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Map<String, List<Variable>> variables = new LinkedHashMap<>();
  private final Map<String, String> names = new LinkedHashMap<>();

  private WeightPaths() {}

  /** Returns the variables of a model by path. */
  static Map<String, Variable> of(AbstractLayer<?, ?> model) {
    Map<String, Variable> paths = new LinkedHashMap<>();
    visit(model)
        .variables
        .forEach(
            (group, own) -> {
              for (int i = 0; i < own.size(); i++) {
                paths.put(group + "/" + i, own.get(i));
              }
            });
    return paths;
  }

  /** Returns the names of a model's layers by the paths of the groups of their variables. */
  static Map<String, String> names(AbstractLayer<?, ?> model) {
    return visit(model).names;
  }

  private static WeightPaths visit(AbstractLayer<?, ?> model) {
    WeightPaths paths = new WeightPaths();
    paths.visit("", model);
    return paths;
  }

  private void visit(String path, AbstractLayer<?, ?> layer) {
    if (!seen.add(layer)) {
      return;
    }
    Map<String, Object> parts = layer.parts();
    List<Variable> own = own(parts);
    if (layer instanceof Normalization && !own.isEmpty()) {
      own.add(Variable.untrainable(0L, "count")); // which Keras has and does not use
    }
    variables.put(path + "vars", own);
    names.put(path + "vars", layer.name());
    if (ModelCalls.of(layer).isPresent()) {
      collect(path + "layers/", LayerOrder.of(layer));
    } else if (layer instanceof Sequential) {
      collect(path + "layers/", layer.layers());
    } else {
      Map<String, Object> sorted = new TreeMap<>();
      parts.forEach((name, part) -> sorted.put(attribute(layer, name), part));
      if (layer instanceof Trainable<?, ?>) {
        sorted.put("layers", layer.layers()); // an attribute of Keras's models
      }
      sorted.forEach((name, part) -> visit(path + name, part));
    }
  }

  /** Returns a layer's own variables: those that training changes, then the others. */
  private static List<Variable> own(Map<String, Object> parts) {
    List<Variable> own = new ArrayList<>();
    // Keras stores the kernel of an adapted layer with its adaptation, and before the bias.
    boolean adapted = parts.keySet().stream().anyMatch(name -> name.startsWith(ADAPTATION));
    parts.forEach(
        (name, part) -> {
          if (part instanceof Variable variable
              && !name.startsWith(ADAPTATION)
              && (adapted || variable.trainable())) {
            own.add(variable);
          }
        });
    if (!adapted) {
      parts.values().stream()
          .filter(part -> part instanceof Variable variable && !variable.trainable())
          .forEach(part -> own.add((Variable) part));
    }
    return own;
  }

  private static String attribute(AbstractLayer<?, ?> owner, String name) {
    return switch (owner) {
      case GroupQueryAttention _ -> "_" + OF_ATTENTION.getOrDefault(name, name);
      case AttentionLayer<?, ?> _ -> OF_ATTENTION.getOrDefault(name, name);
      default -> Names.argument(name);
    };
  }

  private void visit(String path, Object part) {
    switch (part) {
      case AbstractLayer<?, ?> layer -> visit(path + "/", layer);
      case List<?> list -> collect(path + "/", list);
      case Object[] array -> collect(path + "/", Arrays.asList(array));
      case Map<?, ?> map -> collect(path + "/", map.values());
      case null, default -> {}
    }
  }

  private void collect(String path, Iterable<?> parts) {
    Map<String, Integer> counts = new HashMap<>();
    for (Object part : parts) {
      if (part instanceof AbstractLayer<?, ?> layer) {
        visit(path + Names.numbered(SnakeCase.of(ClassNames.of(layer)), counts) + "/", layer);
      } else if (part instanceof List<?> || part instanceof Map<?, ?>) {
        visit(path + Names.numbered("container", counts), part);
      }
    }
  }
}
