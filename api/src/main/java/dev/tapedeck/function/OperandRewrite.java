package dev.tapedeck.function;

import dev.tapedeck.ops.Effect;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.linalg.Linalg;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;

/** A pass that replaces a node and the producer of one of its inputs by one node. */
record OperandRewrite(String name, Rule rule) implements Pass {
  /** Composes two ops into one, such as two transposes; see {@link Op#after}. */
  static final OperandRewrite COMPOSITION = new OperandRewrite("composition", Op::after);

  /**
   * Fuses a matrix product and the transpose of an operand; it changes the last bits of results,
   * see {@link Linalg#fuseTranspose}.
   */
  static final OperandRewrite TRANSPOSED_PRODUCTS =
      new OperandRewrite(
          "transposed products",
          (outer, input, inner, spec) -> Linalg.fuseTranspose(outer, input, inner));

  /** A rule that returns the op that replaces two; null if there is none. */
  @FunctionalInterface
  interface Rule {
    Op compose(Op outer, int input, Op inner, TensorSpec spec);
  }

  @Override
  public Graph on(Graph graph) {
    Rewriting rewriting = new Rewriting(graph);
    for (Node old : graph.nodes()) {
      Node node = rewriting.now(old);
      Node composed = node;
      for (int i = 0; i < node.inputs().size() && node.op().effect() == Effect.NONE; i++) {
        composed = composed(rewriting, composed, i);
      }
      if (composed.equals(node)) {
        rewriting.keep(node);
      } else {
        rewriting.change(composed);
      }
    }
    return rewriting.graph();
  }

  private Node composed(Rewriting rewriting, Node node, int input) {
    Node inner = rewriting.maker(node.inputs().get(input));
    boolean simple =
        inner != null
            && inner.inputs().size() == 1
            && inner.outputs().size() == 1
            && (!Rewriting.allocates(inner.op()) || rewriting.canMoveHere(inner));
    Op op =
        simple
            ? rule.compose(node.op(), input, inner.op(), inner.inputs().getFirst().spec())
            : null;
    if (op == null) {
      return node;
    }
    List<Tensor> inputs = new ArrayList<>(node.inputs());
    inputs.set(input, inner.inputs().getFirst());
    return new Node(node.name(), op, inputs, node.outputs());
  }
}
