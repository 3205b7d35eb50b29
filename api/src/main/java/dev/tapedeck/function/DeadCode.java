package dev.tapedeck.function;

import dev.tapedeck.ops.Effect;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A pass that removes calls without effects whose outputs are not used. */
final class DeadCode implements Pass {
  @Override
  public String name() {
    return "dead code";
  }

  @Override
  public Graph on(Graph graph) {
    Set<Tensor> used = new HashSet<>(graph.outputs());
    List<Node> kept = new ArrayList<>();
    for (Node node : graph.nodes().reversed()) {
      if (node.op().effect() == Effect.WRITE || node.outputs().stream().anyMatch(used::contains)) {
        kept.add(node);
        used.addAll(node.inputs());
      }
    }
    return kept.size() == graph.nodes().size()
        ? graph
        : new Graph(graph.inputs(), kept.reversed(), graph.outputs());
  }
}
