package dev.tapedeck.checkpoint;

import dev.tapedeck.checkpoint.TrackedGraph.Node;
import dev.tapedeck.checkpoint.TrackedGraph.Slot;
import dev.tapedeck.checkpoint.proto.ObjectGraph;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.train.Layer;
import dev.tapedeck.train.Optimizer;
import dev.tapedeck.train.Sequential;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Keras 3's names of the objects in a checkpoint, which are saved besides the plain ones: a
 * variable {@code kernel} is {@code _kernel}, the layers of a sequential model are numbered below
 * {@code _functional/_operations}, and the slots {@code momentum} of an optimizer are a list {@code
 * _momentums}, in the order of {@code _trainable_variables}.
 *
 * <p>TensorFlow's old optimizers, with slots {@code m} and {@code v} and the counter {@code iter},
 * are read as well.
 */
final class KerasNames {
  /** An optimizer's list of the variables it trains. */
  static final String TRAINABLE = "_trainable_variables";

  private static final Map<String, String> OF_OLD =
      Map.of("m", "momentum", "v", "velocity", "iter", "iterations");

  /** Slots by Keras's lists of them whose names do not tell. */
  private static final Map<String, String> OF_LISTS =
      Map.of(
          "u", "norm",
          "adam_velocities", "velocity",
          "model_variables_moving_average", "average",
          "accumulated_gradients", "gradient_accumulator");

  private KerasNames() {}

  /** Adds Keras's names to a graph, so that Keras's objects find their values. */
  static void addAliases(TrackedGraph tracked, List<ObjectGraph.Node.Builder> nodes) {
    for (int i = 0; i < tracked.nodes().size(); i++) {
      Node node = tracked.nodes().get(i);
      ObjectGraph.Node.Builder saved = nodes.get(i);
      if (node.object() instanceof Layer || node.object() instanceof Optimizer) {
        node.children()
            .forEach(
                (name, child) -> {
                  if (tracked.nodes().get(child).object() instanceof Variable
                      && !node.children().containsKey("_" + name)) {
                    saved.addChildren(Snapshot.child("_" + name, child));
                  }
                });
      }
      if (node.object() instanceof Sequential) {
        Map<String, Integer> operations = new LinkedHashMap<>();
        // Keras counts the input as the first layer.
        node.children().values().forEach(layer -> put(operations, operations.size() + 1, layer));
        Map<String, Integer> functional = Map.of("_operations", add(nodes, operations));
        saved.addChildren(Snapshot.child("_functional", add(nodes, functional)));
      }
    }
    addSlotLists(tracked, nodes);
  }

  private static void addSlotLists(TrackedGraph tracked, List<ObjectGraph.Node.Builder> nodes) {
    Map<Integer, Map<String, Map<String, Integer>>> lists = new LinkedHashMap<>();
    Map<Integer, List<Integer>> trained = new HashMap<>(); // some have slots that others lack
    for (Slot slot : tracked.slots()) {
      List<Integer> variables = trained.computeIfAbsent(slot.optimizer(), o -> new ArrayList<>());
      if (!variables.contains(slot.variable())) {
        variables.add(slot.variable());
      }
      Map<String, Integer> list =
          lists
              .computeIfAbsent(slot.optimizer(), o -> new LinkedHashMap<>())
              .computeIfAbsent(slot.name(), n -> new LinkedHashMap<>());
      put(list, variables.indexOf(slot.variable()), slot.slot());
    }
    lists.forEach(
        (optimizer, byName) ->
            byName.forEach(
                (name, list) -> {
                  int node = add(nodes, list);
                  lists(name)
                      .forEach(
                          given ->
                              nodes
                                  .get(optimizer)
                                  .addChildren(Snapshot.child(given, node))
                                  .addChildren(Snapshot.child("_" + given, node)));
                }));
  }

  /** Returns the names that Keras's optimizers may have for a list of slots. */
  private static List<String> lists(String slot) {
    List<String> names = new ArrayList<>(List.of(plural(slot)));
    OF_OLD.forEach((old, name) -> addIfEqual(names, old, name, slot));
    OF_LISTS.forEach((list, name) -> addIfEqual(names, list, name, slot));
    return names;
  }

  private static void addIfEqual(List<String> names, String other, String of, String slot) {
    if (of.equals(slot)) {
      names.add(other);
    }
  }

  private static void put(Map<String, Integer> list, int index, int node) {
    list.put(Integer.toString(index), node);
  }

  private static int add(List<ObjectGraph.Node.Builder> nodes, Map<String, Integer> children) {
    ObjectGraph.Node.Builder node = ObjectGraph.Node.newBuilder();
    children.forEach((name, child) -> node.addChildren(Snapshot.child(name, child)));
    nodes.add(node);
    return nodes.size() - 1;
  }

  private static String plural(String name) {
    return name.endsWith("y") ? name.substring(0, name.length() - 1) + "ies" : name + "s";
  }

  private static String singular(String name) {
    if (name.endsWith("ies")) {
      return name.substring(0, name.length() - 3) + "y";
    }
    return name.endsWith("s") ? name.substring(0, name.length() - 1) : name;
  }

  /** Returns the slot whose values a list has. */
  private static String slotOf(String list) {
    String bare = list.startsWith("_") ? list.substring(1) : list;
    return OF_LISTS.getOrDefault(bare, singular(plain(list)));
  }

  /** Returns the plain name of one in a file. */
  static String plain(String name) {
    String bare = name.startsWith("_") ? name.substring(1) : name;
    return OF_OLD.getOrDefault(bare, bare);
  }

  /**
   * Returns the slots of an optimizer that has them in lists: for each variable's node, slot nodes
   * by name.
   */
  static Map<Integer, Map<String, Integer>> slotLists(SavedGraph saved, int optimizer) {
    Map<Integer, Map<String, Integer>> slots = new LinkedHashMap<>();
    Map<String, Integer> parts = saved.children(optimizer);
    Integer trainable = parts.get(TRAINABLE);
    Set<Integer> seen = new HashSet<>(); // a list may have several names
    if (trainable != null) {
      Map<String, Integer> variables = saved.children(trainable);
      parts.forEach(
          (name, list) -> {
            if (!name.startsWith(TRAINABLE) && !name.equals("_variables") && seen.add(list)) {
              saved
                  .children(list)
                  .forEach(
                      (index, slot) -> {
                        Integer variable = variables.get(index);
                        if (variable != null) {
                          slots
                              .computeIfAbsent(variable, v -> new LinkedHashMap<>())
                              .put(slotOf(name), slot);
                        }
                      });
            }
          });
    }
    return slots;
  }

  /**
   * Returns the node numbers of a sequential model's layers in their order, including the input if
   * it was saved; empty if it is not such a model.
   */
  static List<Integer> layers(SavedGraph saved, int model) {
    Integer functional = saved.children(model).get("_functional");
    Integer operations = functional == null ? null : saved.children(functional).get("_operations");
    if (operations == null) {
      return List.of();
    }
    return saved.children(operations).entrySet().stream()
        .filter(e -> e.getKey().matches("\\d{1,9}"))
        .sorted(Comparator.comparing(e -> Integer.valueOf(e.getKey())))
        .map(Map.Entry::getValue)
        .toList();
  }
}
