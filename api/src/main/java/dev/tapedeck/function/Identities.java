package dev.tapedeck.function;

import dev.tapedeck.ops.Effect;
import dev.tapedeck.ops.Op;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * A pass that removes calls whose output equals an input, as {@code x * 1}; see {@link
 * Op#equalInput}.
 */
final class Identities implements Pass {
  @Override
  public String name() {
    return "identities";
  }

  @Override
  public Graph on(Graph graph) {
    Rewriting rewriting = new Rewriting(graph);
    for (Node old : graph.nodes()) {
      Node node = rewriting.now(old);
      Tensor same = rewriting.isAlias(node) ? null : equalInput(node);
      // A copy of a variable's memory keeps its value when the variable is assigned to.
      if (same != null && (!Rewriting.allocates(node.op()) || rewriting.isLasting(same))) {
        rewriting.drop(node, List.of(same));
      } else {
        rewriting.keep(node);
      }
    }
    return rewriting.graph();
  }

  private static Tensor equalInput(Node node) {
    if (node.op().effect() != Effect.NONE) {
      return null;
    }
    int input = node.op().equalInput(node.inputs().toArray(Tensor[]::new));
    return input < 0 ? null : node.inputs().get(input);
  }
}
