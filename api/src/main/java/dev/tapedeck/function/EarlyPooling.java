package dev.tapedeck.function;

import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.expr.Primitive;
import dev.tapedeck.ops.neural.Pooling;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.SymbolicTensor;
import dev.tapedeck.tensor.Tensor;
import java.util.List;
import java.util.Set;

/**
 * A pass that pools images before a bias of channels and relu are applied, where nothing else needs
 * the larger images: rising functions of the largest element are the largest of its functions.
 */
final class EarlyPooling implements Pass {
  @Override
  public String name() {
    return "pooling before relu";
  }

  @Override
  public Graph on(Graph graph) {
    Rewriting rewriting = new Rewriting(graph);
    Uses uses = Uses.of(graph);
    for (Node old : graph.nodes()) {
      Node node = rewriting.now(old);
      Node rising = rising(rewriting, uses, node);
      if (rising == null) {
        rewriting.keep(node);
        continue;
      }
      SymbolicTensor output = node.outputs().getFirst();
      Tensor large = large(rising);
      SymbolicTensor pooled =
          new SymbolicTensor(output.name() + "_early", output.spec(), output.reader());
      rewriting.change(
          new Node(node.name() + "_early", node.op(), List.of(large), List.of(pooled)));
      List<Tensor> inputs =
          rising.inputs().stream().map(in -> in.equals(large) ? pooled : in).toList();
      rewriting.change(new Node(node.name(), rising.op(), inputs, node.outputs()));
    }
    return rewriting.graph();
  }

  /** Returns the call before max pooling that can be applied to its result; null for none. */
  private static Node rising(Rewriting rewriting, Uses uses, Node node) {
    if (!Pooling.isUnpaddedMax(node.op())) {
      return null;
    }
    Tensor images = node.inputs().getFirst();
    Node maker = rewriting.maker(images);
    return maker != null
            && maker.op() instanceof Pointwise op
            && isRising(op.formula().body())
            && large(maker) != null
            && uses.isOnlyOne(images)
            && rewriting.canMoveHere(maker)
        ? maker
        : null;
  }

  /** Returns the one input of a call that has its output's spec, if others are of channels. */
  private static Tensor large(Node node) {
    Tensor large = null;
    for (Tensor input : node.inputs()) {
      Shape shape = input.shape();
      if (input.spec().equals(node.outputs().getFirst().spec())
          && large == null
          && !isOfChannels(shape)) {
        large = input;
      } else if (!isOfChannels(shape)) {
        return null;
      }
    }
    return large;
  }

  private static boolean isOfChannels(Shape shape) {
    return shape.isScalar() || (shape.isKnown() && shape.count() == shape.size(-1));
  }

  /** Returns whether a formula rises in each of its inputs. */
  private static boolean isRising(Expr expr) {
    return switch (expr) {
      case Expr.Input _ -> true;
      case Expr.Constant constant -> !Double.isNaN(constant.value());
      case Expr.Apply call ->
          Set.of(Primitive.ADD, Primitive.MAX, Primitive.MIN).contains(call.primitive())
              && call.arguments().stream().allMatch(EarlyPooling::isRising);
    };
  }
}
