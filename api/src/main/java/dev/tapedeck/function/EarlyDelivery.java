package dev.tapedeck.function;

import dev.tapedeck.ops.Effect;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A pass that has each {@link Delivery} run as soon as what it needs is computed: that comes first,
 * for one delivery after the other, and then all else. Other effects keep their order.
 */
final class EarlyDelivery implements Pass {
  @Override
  public String name() {
    return "early delivery";
  }

  @Override
  public Graph on(Graph graph) {
    if (graph.nodes().stream().noneMatch(node -> node.op() instanceof Delivery)) {
      return graph;
    }
    Order order = new Order(graph);
    graph.nodes().stream().filter(node -> node.op() instanceof Delivery).forEach(order::add);
    graph.nodes().forEach(order::add);
    List<Node> nodes = List.copyOf(order.added);
    return nodes.equals(graph.nodes()) ? graph : new Graph(graph.inputs(), nodes, graph.outputs());
  }

  private static final class Order {
    private final Map<Tensor, Node> producers = new HashMap<>();

    /** The effect before each other one. */
    private final Map<Node, Node> before = new HashMap<>();

    private final Set<Node> added = new LinkedHashSet<>();

    Order(Graph graph) {
      Node latest = null;
      for (Node node : graph.nodes()) {
        node.outputs().forEach(output -> producers.put(output, node));
        if (node.op().effect() != Effect.NONE && !(node.op() instanceof Delivery)) {
          before.put(node, latest);
          latest = node;
        }
      }
    }

    /** Adds a node, after those that it needs. */
    void add(Node wanted) {
      Deque<Node> open = new ArrayDeque<>(List.of(wanted));
      while (!open.isEmpty()) {
        Node node = open.peek();
        Stream.concat(
                node.inputs().stream().map(producers::get), Stream.ofNullable(before.get(node)))
            .filter(needed -> needed != null && !added.contains(needed))
            .findFirst()
            .ifPresentOrElse(open::push, () -> added.add(open.pop()));
      }
    }
  }
}
