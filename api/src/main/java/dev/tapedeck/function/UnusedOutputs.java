package dev.tapedeck.function;

import dev.tapedeck.tensor.SymbolicTensor;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A pass that removes stacked outputs of loops that are not used, such as residuals without a
 * gradient.
 */
final class UnusedOutputs implements Pass {
  @Override
  public String name() {
    return "unused outputs of loops";
  }

  @Override
  public Graph on(Graph graph) {
    Set<Tensor> used = new HashSet<>(graph.outputs());
    graph.nodes().forEach(node -> used.addAll(node.inputs()));
    List<Node> nodes = graph.nodes().stream().map(node -> trimmed(node, used)).toList();
    return nodes.equals(graph.nodes()) ? graph : new Graph(graph.inputs(), nodes, graph.outputs());
  }

  private static Node trimmed(Node node, Set<Tensor> used) {
    if (!(node.op() instanceof Loop loop)) {
      return node;
    }
    boolean[] unused = new boolean[node.outputs().size()];
    List<SymbolicTensor> kept = new ArrayList<>();
    for (int i = 0; i < unused.length; i++) {
      SymbolicTensor output = node.outputs().get(i);
      unused[i] = i >= loop.layout().carried() && !used.contains(output);
      if (!unused[i]) {
        kept.add(output);
      }
    }
    return kept.size() == unused.length
        ? node
        : new Node(node.name(), loop.without(unused), node.inputs(), kept);
  }
}
