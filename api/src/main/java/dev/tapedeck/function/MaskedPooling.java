package dev.tapedeck.function;

import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.ops.neural.Pooling;
import dev.tapedeck.tensor.SymbolicTensor;
import dev.tapedeck.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A pass that masks gradients, as that of relu does, before the gradient of max pooling spreads
 * them over images, which are larger: the mask of the largest element is that of the pooled one.
 */
final class MaskedPooling implements Pass {
  @Override
  public String name() {
    return "masks of pooled gradients";
  }

  @Override
  public Graph on(Graph graph) {
    Rewriting rewriting = new Rewriting(graph);
    Uses uses = Uses.of(graph);
    Map<List<Object>, Tensor> pooled = new HashMap<>();
    for (Node old : graph.nodes()) {
      Node node = rewriting.now(old);
      Node spread = spread(rewriting, uses, node);
      Tensor small =
          spread == null
              ? null
              : pooled.get(List.of(Pooling.ofGradient(spread.op()), spread.inputs().getFirst()));
      if (small == null) {
        rewriting.keep(node);
        if (node.inputs().size() == 1 && node.outputs().size() == 1) {
          pooled.putIfAbsent(
              List.of(node.op(), node.inputs().getFirst()), node.outputs().getFirst());
        }
        continue;
      }
      SymbolicTensor output = node.outputs().getFirst();
      Tensor upstream = spread.inputs().get(1);
      SymbolicTensor masked =
          new SymbolicTensor(output.name() + "_pooled", upstream.spec(), output.reader());
      rewriting.change(
          new Node(node.name() + "_pooled", node.op(), List.of(small, upstream), List.of(masked)));
      rewriting.change(
          new Node(
              node.name(),
              spread.op(),
              List.of(spread.inputs().getFirst(), masked),
              node.outputs()));
    }
    return rewriting.graph();
  }

  /** Returns the call that spreads a gradient which another one masks by the images' values. */
  private static Node spread(Rewriting rewriting, Uses uses, Node node) {
    if (!(node.op() instanceof Pointwise mask && mask.isMask())) {
      return null;
    }
    Tensor gradient = node.inputs().get(1);
    Node maker = rewriting.maker(gradient);
    return maker != null
            && Pooling.ofGradient(maker.op()) != null
            && maker.inputs().getFirst().equals(node.inputs().getFirst())
            && uses.isOnlyOne(gradient)
            && rewriting.canMoveHere(maker)
        ? maker
        : null;
  }
}
