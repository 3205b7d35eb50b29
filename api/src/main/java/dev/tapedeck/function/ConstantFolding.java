package dev.tapedeck.function;

import dev.tapedeck.ops.Dispatch;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Scope;
import dev.tapedeck.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/** A pass that computes calls of constants once, in place of each run. */
final class ConstantFolding implements Pass {
  @Override
  public String name() {
    return "constant folding";
  }

  @Override
  public Graph on(Graph graph) {
    Rewriting rewriting = new Rewriting(graph);
    for (Node old : graph.nodes()) {
      Node node = rewriting.now(old);
      List<Tensor> values = !rewriting.isAlias(node) && isConstant(node) ? computed(node) : null;
      if (values == null) {
        rewriting.keep(node);
      } else {
        rewriting.drop(node, values);
      }
    }
    return rewriting.graph();
  }

  private static boolean isConstant(Node node) {
    return Parameters.mayBeKept(node)
        && node.inputs().stream().allMatch(input -> input instanceof EagerTensor);
  }

  /** Returns the outputs of a call; null if it throws, so that it throws when the graph runs. */
  private static List<Tensor> computed(Node node) {
    try (Scope none = Scope.none()) {
      Tensor[] values =
          Dispatch.eagerly(() -> node.op().apply(node.inputs().toArray(Tensor[]::new)));
      Arrays.stream(values).forEach(value -> ((EagerTensor) value).share());
      return List.of(values);
    } catch (RuntimeException e) {
      return null;
    }
  }
}
