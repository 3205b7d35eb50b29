package dev.tapedeck.onnx;

import dev.tapedeck.function.Node;
import dev.tapedeck.function.OpDescription;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What several traced nodes compute together, for which ONNX has one operator.
 *
 * <p>A pattern is found at its last node. The others stay in the graph, and are written only if
 * something else uses them.
 */
@FunctionalInterface
interface Pattern {
  /** Returns the step that ends in a node; null if there is none. */
  Step find(Node last, TracedGraph graph);

  /** The patterns, larger ones first. */
  List<Pattern> ALL =
      List.of(
          NormalizationPatterns::batch,
          NormalizationPatterns::layer,
          RecurrentPatterns::recurrent,
          Pattern::products,
          Pattern::parametricRelu,
          RepeatPattern::repeated,
          Pattern::keptAxes);

  /** Returns the step of a node, or of the pattern that ends in it. */
  static Step match(Node last, TracedGraph graph) {
    for (Pattern pattern : ALL) {
      Step found = pattern.find(last, graph);
      if (found != null) {
        return found;
      }
    }
    return Step.of(last);
  }

  /** A product of sequences, made as that of a matrix of all their rows. */
  private static Step products(Node last, TracedGraph graph) {
    if (!TracedGraph.isCall(last, "Reshape.1")) {
      return null;
    }
    Node product = graph.producer(last.inputs().getFirst(), "MatMul.1");
    Node rows = product == null ? null : graph.producer(product.inputs().getFirst(), "Reshape.1");
    if (rows == null
        || !graph.isConstant(product.inputs().get(1))
        || rows.outputs().getFirst().shape().rank() != 2) {
      return null;
    }
    Map<String, Object> attributes = OpDescription.of(product.op()).attributes();
    Tensor x = rows.inputs().getFirst();
    Shape made = last.outputs().getFirst().shape();
    long features = rows.outputs().getFirst().shape().size(1);
    boolean fits =
        attributes.get("transposeA").equals(false)
            && x.shape().rank() == made.rank()
            && x.shape().size(-1) == features
            && features != Shape.UNKNOWN
            && x.shape().with(-1, 1).equals(made.with(-1, 1))
            && Arrays.stream(made.toArray()).filter(size -> size == Shape.UNKNOWN).count() <= 1;
    return fits ? Step.of(last, "MatMul.1", attributes, x, product.inputs().get(1)) : null;
  }

  /** The formula {@code relu(x) - alpha * relu(-x)}. */
  private static Step parametricRelu(Node last, TracedGraph graph) {
    Node above =
        TracedGraph.isCall(last, "sub") ? graph.producer(last.inputs().get(0), "relu") : null;
    Node below = above == null ? null : graph.producer(last.inputs().get(1), "mul");
    Node mirrored = below == null ? null : graph.producer(below.inputs().get(0), "relu");
    Node negative = mirrored == null ? null : graph.producer(mirrored.inputs().getFirst(), "neg");
    Tensor slope = below == null ? null : below.inputs().get(1);
    boolean fits =
        negative != null
            && negative.inputs().equals(above.inputs())
            && slope.shape().broadcastsTo(negative.inputs().getFirst().shape());
    return fits ? Step.of(last, "PRelu", Map.of(), negative.inputs().getFirst(), slope) : null;
  }

  /** A reduction whose axes stay, with size 1. */
  private static Step keptAxes(Node last, TracedGraph graph) {
    if (!TracedGraph.isCall(last, "Reshape.1")) {
      return null;
    }
    Node reduction = graph.producer(last.inputs().getFirst(), "Reduce.1");
    if (reduction == null || graph.isConstant(last.outputs().getFirst())) {
      return null;
    }
    Map<String, Object> attributes = OpDescription.of(reduction.op()).attributes();
    Tensor x = reduction.inputs().getFirst();
    Shape kept = x.shape();
    for (int axis : (int[]) attributes.get("axes")) {
      kept = kept.with(axis, 1);
    }
    return kept.equals(last.outputs().getFirst().shape())
        ? Step.of(last, "Reduce.1", attributes, x)
        : null;
  }
}
