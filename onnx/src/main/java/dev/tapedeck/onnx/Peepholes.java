package dev.tapedeck.onnx;

import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * A pass that joins products and convolutions with the addition of their bias, and leaves out what
 * reverses an axis twice.
 */
final class Peepholes {
  /** The end of a slice that goes backwards to the first position. */
  static final long FIRST = Long.MIN_VALUE + 1;

  private final Map<Value, OnnxNode> producers;
  private final Map<Value, Integer> uses;

  private Peepholes(OnnxGraph graph) {
    this.producers = graph.producers();
    this.uses = graph.uses();
  }

  static OnnxGraph on(OnnxGraph graph) {
    Peepholes pass = new Peepholes(graph);
    List<OnnxNode> nodes = new ArrayList<>();
    Map<Value, Value> replaced = new IdentityHashMap<>();
    for (OnnxNode node : graph.nodes()) {
      OnnxNode joined = node.is("Add") ? pass.withBias(node) : null;
      nodes.add(joined == null ? node : joined);
      OnnxNode before = isReverse(node) ? pass.producers.get(node.input(0)) : null;
      if (before != null && isReverse(before) && numbers(node, 3).equals(numbers(before, 3))) {
        replaced.put(node.output(), before.input(0));
      }
    }
    OnnxGraph made = graph.with(nodes, value -> value);
    return made.map(value -> replaced.getOrDefault(value, value));
  }

  private static boolean isReverse(OnnxNode node) {
    return node.is("Slice")
        && node.input(4) != null
        && numbers(node, 1).stream().allMatch(start -> start == -1)
        && numbers(node, 2).stream().allMatch(end -> end == FIRST)
        && numbers(node, 4).stream().allMatch(step -> step == -1);
  }

  private static List<Long> numbers(OnnxNode node, int input) {
    return LongStream.of(node.input(input).elements().toLongArray()).boxed().toList();
  }

  private OnnxNode withBias(OnnxNode sum) {
    Value one = sum.input(0);
    Value other = sum.input(1);
    Value bias = other.isConstant() ? other : one;
    Value product = other.isConstant() ? one : other;
    OnnxNode node = producers.get(product);
    boolean fits =
        node != null
            && bias.isConstant()
            && uses.get(product) == 1
            && node.inputs().size() == 2
            && sum.output().spec().equals(product.spec());
    if (!fits) {
      return null;
    }
    return switch (node.type()) {
      case "Conv", "ConvTranspose" -> join(sum, node, node.type(), bias, 1);
      case "MatMul" ->
          product.rank() == 2 && node.input(1).rank() == 2
              ? join(sum, node, "Gemm", bias, 1)
              : null;
      default -> null;
    };
  }

  /** Returns a node with a bias along an axis; null if it is along others. */
  private static OnnxNode join(OnnxNode sum, OnnxNode node, String type, Value bias, int axis) {
    TensorSpec output = node.output().spec();
    long channels = output.shape().size(axis);
    Shape along = bias.shape();
    int behind = output.shape().rank() - axis;
    boolean fits =
        bias.shape().count() == channels
            && along.rank() >= behind
            && along.size(-behind) == channels;
    if (!fits) {
      return null;
    }
    Value vector = along.rank() == 1 ? bias : Constants.reshaped(bias, Shape.of(channels));
    return new OnnxNode(
        type,
        node.scope(),
        List.of(node.input(0), node.input(1), vector),
        sum.outputs(),
        node.attributes());
  }
}
