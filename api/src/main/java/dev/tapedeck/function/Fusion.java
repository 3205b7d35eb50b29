package dev.tapedeck.function;

import dev.tapedeck.ops.AssignPointwise;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.util.List;

/**
 * A pass that fuses a pointwise call into the only call that uses its result, a pointwise one or a
 * reduction, so that kernels run both as one loop.
 */
final class Fusion implements Pass {
  @Override
  public String name() {
    return "pointwise fusion";
  }

  @Override
  public Graph on(Graph graph) {
    Rewriting rewriting = new Rewriting(graph);
    Uses uses = Uses.of(graph);
    for (Node node : graph.nodes()) {
      Node fused = fused(rewriting, uses, node);
      if (fused == null) {
        rewriting.keep(node);
      } else {
        rewriting.change(fused); // the calls that were fused in are dead code now
      }
    }
    return rewriting.graph();
  }

  /**
   * Returns a call fused with the pointwise calls whose results only it uses; null if there are
   * none.
   */
  private static Node fused(Rewriting rewriting, Uses uses, Node node) {
    Pointwise op = pointwise(node.op());
    if (isNarrow(node)) {
      return null;
    } else if (op == null) {
      return reduced(rewriting, uses, node);
    }
    Shape shape = shape(node);
    FusionGroup group = new FusionGroup(op.formula(), node.inputs());
    for (Tensor input : node.inputs()) {
      Node inner = rewriting.maker(input);
      if (inner != null
          && inner.op() instanceof Pointwise first
          && uses.isOnlyOne(input)
          && shape.isKnown()
          && input.shape().equals(shape)
          && rewriting.canMoveHere(inner)) {
        group = group.with(input, first.formula(), inner.inputs());
      }
    }
    if (group.inputs().equals(node.inputs())) {
      return null;
    }
    Pointwise all = Pointwise.group(group.formula());
    Op fused =
        node.op() instanceof AssignPointwise assign
            ? new AssignPointwise(List.of(all), assign.written())
            : all;
    return new Node(node.name(), fused, group.inputs(), node.outputs());
  }

  /**
   * Returns a reduction fused with the pointwise call whose result only it uses; null if there is
   * none.
   */
  private static Node reduced(Rewriting rewriting, Uses uses, Node node) {
    Node inner = node.inputs().size() == 1 ? rewriting.maker(node.inputs().getFirst()) : null;
    if (inner == null
        || !(inner.op() instanceof Pointwise first)
        || !uses.isOnlyOne(node.inputs().getFirst())
        || !node.inputs().getFirst().shape().isKnown()
        || isNarrow(inner)
        || !rewriting.canMoveHere(inner)) {
      return null;
    }
    Op both = Reductions.fusePointwise(node.op(), first);
    return both == null ? null : new Node(node.name(), both, inner.inputs(), node.outputs());
  }

  private static Pointwise pointwise(Op op) {
    return switch (op) {
      case Pointwise pointwise -> pointwise;
      case AssignPointwise assign when assign.ops().size() == 1 -> assign.ops().getFirst();
      default -> null;
    };
  }

  private static Shape shape(Node node) {
    return node.op() instanceof AssignPointwise assign
        ? assign.written().getFirst().shape()
        : node.outputs().getFirst().shape();
  }

  /** Returns whether a call has 16-bit inputs, so that each result must be rounded. */
  private static boolean isNarrow(Node node) {
    return node.inputs().stream()
        .map(Tensor::dtype)
        .anyMatch(type -> type == DType.FLOAT16 || type == DType.BFLOAT16);
  }
}
