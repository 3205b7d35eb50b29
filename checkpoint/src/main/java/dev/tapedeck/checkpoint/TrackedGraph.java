package dev.tapedeck.checkpoint;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.tracking.TrackedFields;
import dev.tapedeck.train.Optimizer;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The graph of the objects reachable from a root, numbered breadth first as in TensorFlow, followed
 * by the slots of the optimizers.
 */
final class TrackedGraph {
  /**
   * A node: an object.
   *
   * @param path the names on the shortest path to it, {@code model/hidden/kernel}, escaped as in
   *     keys
   * @param children node numbers of its children, by name
   */
  record Node(Object object, String path, Map<String, Integer> children) {}

  /** An optimizer's slot for a variable; optimizer, variable and slot are node numbers. */
  record Slot(int optimizer, int variable, String name, int slot) {}

  private final List<Node> nodes = new ArrayList<>();
  private final List<Slot> slots = new ArrayList<>();
  private final Map<Object, Integer> numbers = new IdentityHashMap<>();

  private TrackedGraph() {}

  /** Returns the graph of named objects, which are the children of the root. */
  static TrackedGraph of(Map<String, Object> named) {
    TrackedGraph graph = below(named, "");
    int objects = graph.nodes.size();
    for (int i = 0; i < objects; i++) {
      if (graph.nodes.get(i).object() instanceof Optimizer optimizer) {
        graph.addSlots(i, optimizer);
      }
    }
    return graph;
  }

  /** Returns the graph below an object at a path, without slots. */
  static TrackedGraph below(Object object, String path) {
    TrackedGraph graph = new TrackedGraph();
    graph.number(object, path);
    for (int i = 0; i < graph.nodes.size(); i++) {
      graph.addChildren(graph.nodes.get(i));
    }
    return graph;
  }

  private void addChildren(Node node) {
    TrackedFields.within(node.object())
        .forEach((name, part) -> node.children().put(name, number(part, child(node, name))));
  }

  private static String child(Node node, String name) {
    return node.path().isEmpty() ? Keys.escape(name) : node.path() + "/" + Keys.escape(name);
  }

  private void addSlots(int number, Optimizer optimizer) {
    String path = nodes.get(number).path();
    optimizer
        .slots()
        .forEach(
            (variable, named) -> {
              Integer owner = numbers.get(variable);
              if (owner == null) {
                throw new IllegalArgumentException(
                    String.format(
                        Locale.ROOT,
                        "checkpoint: \"%s\" keeps %s for the variable \"%s\", %s, which is not in the checkpoint; add the model it belongs to",
                        path,
                        named.keySet(),
                        variable.name(),
                        variable.spec()));
              }
              named.forEach(
                  (name, slot) -> {
                    String key = Keys.slot(nodes.get(owner).path(), path, name);
                    slots.add(new Slot(number, owner, name, number(slot, key)));
                  });
            });
  }

  private int number(Object object, String path) {
    return numbers.computeIfAbsent(
        object,
        o -> {
          nodes.add(new Node(o, path, new LinkedHashMap<>()));
          return nodes.size() - 1;
        });
  }

  List<Node> nodes() {
    return nodes;
  }

  List<Slot> slots() {
    return slots;
  }

  /** Returns the variables with their paths. */
  Map<Variable, String> variables() {
    Map<Variable, String> variables = new LinkedHashMap<>();
    for (Node node : nodes) {
      if (node.object() instanceof Variable variable) {
        variables.put(variable, node.path());
      }
    }
    return variables;
  }
}
