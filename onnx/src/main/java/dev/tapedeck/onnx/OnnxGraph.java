package dev.tapedeck.onnx;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * A graph of ONNX nodes, in the order in which they run; or the body of one of them, which may use
 * the values around it.
 */
record OnnxGraph(List<Value> inputs, List<OnnxNode> nodes, List<Value> outputs) {
  OnnxGraph {
    inputs = List.copyOf(inputs);
    nodes = List.copyOf(nodes);
    outputs = List.copyOf(outputs);
  }

  /** Returns this graph with other nodes, and other values in their places. */
  OnnxGraph with(List<OnnxNode> others, UnaryOperator<Value> change) {
    return new OnnxGraph(inputs, others, outputs.stream().map(change).toList());
  }

  /** Returns this graph with other values, also in the graphs of its nodes. */
  OnnxGraph map(UnaryOperator<Value> change) {
    return with(nodes.stream().map(node -> node.map(change)).toList(), change);
  }

  /** Returns this graph without a prefix of the names of its nodes. */
  OnnxGraph within(String prefix) {
    return new OnnxGraph(inputs, nodes.stream().map(node -> node.within(prefix)).toList(), outputs);
  }

  /** Visits each use of a value, by a node, in a graph of one, or as an output. */
  void forEachUse(Consumer<Value> visitor) {
    outputs.forEach(visitor);
    for (OnnxNode node : nodes) {
      node.inputs().stream().filter(input -> input != null).forEach(visitor);
      node.graphs().forEach(graph -> graph.forEachUse(visitor));
    }
  }

  /** Returns how often each value is used. */
  Map<Value, Integer> uses() {
    Map<Value, Integer> counts = new IdentityHashMap<>();
    forEachUse(value -> counts.merge(value, 1, Integer::sum));
    return counts;
  }

  /** Returns the node that makes each value. */
  Map<Value, OnnxNode> producers() {
    Map<Value, OnnxNode> producers = new IdentityHashMap<>();
    nodes.forEach(node -> node.outputs().forEach(output -> producers.put(output, node)));
    return producers;
  }

  /** Returns this graph without nodes whose outputs nothing uses. */
  OnnxGraph withoutUnused() {
    Set<Value> used = Collections.newSetFromMap(new IdentityHashMap<>());
    used.addAll(outputs);
    List<OnnxNode> kept =
        nodes.reversed().stream()
            .filter(node -> node.outputs().stream().anyMatch(used::contains))
            .peek(node -> new OnnxGraph(List.of(), List.of(node), List.of()).forEachUse(used::add))
            .collect(Collectors.toList());
    return new OnnxGraph(inputs, kept.reversed(), outputs);
  }
}
