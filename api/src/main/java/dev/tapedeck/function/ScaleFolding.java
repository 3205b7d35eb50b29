package dev.tapedeck.function;

import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.Pointwise;
import dev.tapedeck.ops.expr.Expr;
import dev.tapedeck.ops.expr.Formula;
import dev.tapedeck.ops.expr.Primitive;
import dev.tapedeck.ops.neural.Convolution;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.SymbolicTensor;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A pass that folds factors of channels into the kernel of the convolution before: {@code conv(x,
 * k) * a + b} becomes {@code conv(x, k * a) + b}, where all but {@code x} are {@link Parameters}.
 * So batch normalization in inference costs no more than a bias. It changes the last bits.
 */
final class ScaleFolding implements Pass {
  private static final Pointwise SUM = Pointwise.floating(Formula.of("add", Expr::plus));
  private static final Pointwise PRODUCT = Pointwise.floating(Formula.of("mul", Expr::times));
  private static final Pointwise NEGATIVE = Pointwise.floating(Formula.of("neg", Expr::negate));
  private static final Pointwise RECIPROCAL =
      Pointwise.floating(Formula.of("reciprocal", x -> Expr.of(1).over(x)));

  @Override
  public String name() {
    return "folding of scales";
  }

  @Override
  public Graph on(Graph graph) {
    return new Folding(graph).folded();
  }

  /**
   * A value {@code conv * scale + shift}.
   *
   * @param scale factor of each channel; null for 1
   * @param shift summand of each channel; null for 0
   */
  private record Scaled(Node conv, Tensor scale, Tensor shift) {}

  private static final class Folding {
    private final Graph graph;
    private final Rewriting rewriting;
    private final Parameters parameters;
    private final Uses uses;
    private final Map<Tensor, Scaled> values = new HashMap<>();

    Folding(Graph graph) {
      this.graph = graph;
      this.rewriting = new Rewriting(graph);
      this.parameters = new Parameters(graph);
      this.uses = Uses.of(graph);
    }

    Graph folded() {
      graph.nodes().forEach(this::add);
      return rewriting.graph();
    }

    private void add(Node node) {
      Scaled value = value(node);
      if (value == null || value.scale == null) {
        rewriting.keep(node);
      } else {
        fold(node, value);
      }
      if (value != null && uses.isOnlyOne(node.outputs().getFirst())) {
        values.put(node.outputs().getFirst(), value);
      }
    }

    /** Returns what a call makes of a convolution; null if that is nothing of the kind. */
    private Scaled value(Node node) {
      if (Convolution.isConvolution(node.op()) && parameters.contains(node.inputs().get(1))) {
        return new Scaled(node, null, null);
      }
      Primitive primitive = binary(node.op());
      if (primitive == null) {
        return null;
      }
      Scaled left = values.get(node.inputs().get(0));
      boolean commutes = primitive == Primitive.ADD || primitive == Primitive.MUL;
      Scaled scaled = left == null && commutes ? values.get(node.inputs().get(1)) : left;
      Tensor other = node.inputs().get(left == null ? 0 : 1);
      return scaled == null
              || !isOfChannels(other, scaled.conv)
              || !rewriting.canMoveHere(scaled.conv)
          ? null
          : scaled(scaled, primitive, node, other);
    }

    private static Primitive binary(Op op) {
      return op instanceof Pointwise pointwise
              && pointwise.formula().body() instanceof Expr.Apply call
              && call.arguments().equals(List.of(new Expr.Input(0), new Expr.Input(1)))
          ? call.primitive()
          : null;
    }

    private boolean isOfChannels(Tensor tensor, Node conv) {
      TensorSpec output = conv.outputs().getFirst().spec();
      Shape shape = tensor.shape();
      return parameters.contains(tensor)
          && tensor.dtype() == output.dtype()
          && tensor.dtype().bytes() > 2 // a product would be rounded to 16 bits once more
          && shape.rank() <= output.shape().rank()
          && (shape.isScalar()
              || (shape.count() == shape.size(-1) && shape.broadcastsTo(output.shape())));
    }

    private Scaled scaled(Scaled value, Primitive primitive, Node node, Tensor other) {
      Op op = node.op();
      Tensor scale = value.scale;
      Tensor shift = value.shift;
      return switch (primitive) {
        case MUL, DIV ->
            new Scaled(
                value.conv,
                scale != null
                    ? call(node, "scale", op, scale, other)
                    : primitive == Primitive.MUL ? other : call(node, "scale", RECIPROCAL, other),
                shift == null ? null : call(node, "shift", op, shift, other));
        case ADD ->
            new Scaled(
                value.conv, scale, shift == null ? other : call(node, "shift", op, shift, other));
        case SUB ->
            new Scaled(
                value.conv,
                scale,
                shift == null
                    ? call(node, "shift", NEGATIVE, other)
                    : call(node, "shift", op, shift, other));
        default -> null;
      };
    }

    private void fold(Node node, Scaled value) {
      Tensor x = value.conv.inputs().getFirst();
      Tensor kernel = call(node, "kernel", PRODUCT, value.conv.inputs().get(1), value.scale);
      if (value.shift == null) {
        rewriting.change(
            new Node(node.name(), value.conv.op(), List.of(x, kernel), node.outputs()));
      } else {
        Tensor y = call(node, "conv", value.conv.op(), x, kernel);
        rewriting.change(new Node(node.name(), SUM, List.of(y, value.shift), node.outputs()));
      }
    }

    /** Adds a call, named after what it is for in the place of another one. */
    private Tensor call(Node place, String part, Op op, Tensor... inputs) {
      String name = place.name() + "/" + part;
      TensorSpec[] specs = Arrays.stream(inputs).map(Tensor::spec).toArray(TensorSpec[]::new);
      SymbolicTensor output =
          new SymbolicTensor(name + ":0", op.infer(specs)[0], place.outputs().getFirst().reader());
      Node node = new Node(name, op, List.of(inputs), List.of(output));
      rewriting.keep(node);
      parameters.add(node);
      return output;
    }
  }
}
