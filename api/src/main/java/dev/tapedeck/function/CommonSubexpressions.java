package dev.tapedeck.function;

import dev.tapedeck.ops.Effect;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A pass that merges calls of equal ops on equal inputs, and readings of a variable between which
 * it is not assigned to.
 */
final class CommonSubexpressions implements Pass {
  /** The most bytes of constants that are compared. */
  private static final long MOST = 1024;

  @Override
  public String name() {
    return "common subexpressions";
  }

  @Override
  public Graph on(Graph graph) {
    Rewriting rewriting = new Rewriting(graph);
    Map<List<Object>, List<Node>> known = new HashMap<>();
    for (Node old : graph.nodes()) {
      Node node = rewriting.now(old);
      if (node.op().effect() == Effect.WRITE) {
        known.values().forEach(nodes -> nodes.removeIf(n -> mayChange(node.op(), n.op())));
      }
      if (node.op().effect() == Effect.WRITE || rewriting.isAlias(node)) {
        rewriting.keep(node);
        continue;
      }
      List<Node> alike = known.computeIfAbsent(key(node), key -> new ArrayList<>());
      Node same =
          alike.stream().filter(n -> OpEquality.same(n.op(), node.op())).findFirst().orElse(null);
      if (same == null) {
        alike.add(node);
        rewriting.keep(node);
      } else {
        rewriting.drop(node, same.outputs());
      }
    }
    return rewriting.graph();
  }

  /** Returns whether a call may read another value after a write. */
  private static boolean mayChange(Op write, Op op) {
    return op.effect() == Effect.READ
        && !(op instanceof Operands.ReadVariable read
            && !write.written().isEmpty()
            && !write.written().contains(read.variable()));
  }

  private static List<Object> key(Node node) {
    List<Object> key = new ArrayList<>();
    key.add(node.op().getClass());
    if (node.op() instanceof Operands.ReadVariable read) {
      key.add(read.variable()); // or else all readings would be compared with each other
    }
    node.inputs().forEach(input -> key.add(key(input)));
    return key;
  }

  private static Object key(Tensor tensor) {
    return tensor instanceof EagerTensor constant && constant.spec().bytes() <= MOST
        ? List.of(
            constant.spec(), ByteBuffer.wrap(constant.dense().elements().toArray(Elements.BYTE)))
        : tensor;
  }
}
