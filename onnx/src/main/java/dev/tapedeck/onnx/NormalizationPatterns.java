package dev.tapedeck.onnx;

import dev.tapedeck.function.Node;
import dev.tapedeck.function.OpDescription;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Patterns of {@code (x - mean) / sqrt(variance + epsilon) * scale + offset}. */
final class NormalizationPatterns {
  private NormalizationPatterns() {}

  /** The parts of a normalization; scale and offset may be null. */
  private record Parts(
      Tensor x, Tensor mean, Tensor variance, double epsilon, Tensor scale, Tensor offset) {}

  private static Parts parts(Node last, TracedGraph graph) {
    Tensor offset = operand(last, "add", graph);
    Node scaled = offset == null ? last : made(last.inputs().getFirst(), "mul", "div", graph);
    if (scaled == null) {
      return null;
    }
    Tensor scale = operand(scaled, "mul", graph);
    Node quotient = scale == null ? scaled : graph.producer(scaled.inputs().getFirst(), "div");
    if (quotient == null || !TracedGraph.isCall(quotient, "div")) {
      return null;
    }
    Node difference = graph.producer(quotient.inputs().get(0), "sub");
    Node root = graph.producer(quotient.inputs().get(1), "sqrt");
    Node sum = root == null ? null : graph.producer(root.inputs().getFirst(), "add");
    Double epsilon = sum == null ? null : graph.number(sum.inputs().get(1));
    boolean wide = last.outputs().getFirst().dtype() == DType.FLOAT64; // attributes are float32
    return difference == null || epsilon == null || wide
        ? null
        : new Parts(
            difference.inputs().get(0),
            difference.inputs().get(1),
            sum.inputs().get(0),
            epsilon,
            scale,
            offset);
  }

  private static Node made(Tensor x, String one, String other, TracedGraph graph) {
    Node node = graph.producer(x, one);
    return node == null ? graph.producer(x, other) : node;
  }

  /** Returns the second operand, a constant, of an op of this name; null if it is another one. */
  private static Tensor operand(Node node, String op, TracedGraph graph) {
    return TracedGraph.isCall(node, op) && graph.isConstant(node.inputs().get(1))
        ? node.inputs().get(1)
        : null;
  }

  /** Batch normalization with constant moments, along one axis. */
  static Step batch(Node last, TracedGraph graph) {
    Parts parts = parts(last, graph);
    if (parts == null
        || !graph.isConstant(parts.mean)
        || !graph.isConstant(parts.variance)
        || graph.isConstant(parts.x)
        || parts.x.shape().rank() < 2) {
      return null;
    }
    int axis = channels(parts);
    return axis < 0
        ? null
        : Step.of(
            last,
            "BatchNormalization",
            Map.of("axis", axis, "epsilon", parts.epsilon),
            parts.x,
            parts.scale,
            parts.offset,
            parts.mean,
            parts.variance);
  }

  /** Returns the axis that all parameters have, and no other; -1 if there is none. */
  private static int channels(Parts parts) {
    int rank = parts.x.shape().rank();
    Shape mean = parts.mean.shape();
    boolean alike =
        mean.rank() == rank
            && mean.equals(parts.variance.shape())
            && (parts.scale == null || mean.equals(parts.scale.shape()))
            && (parts.offset == null || mean.equals(parts.offset.shape()));
    if (!alike) {
      return -1;
    }
    int[] axes = IntStream.range(0, rank).filter(i -> mean.size(i) != 1).toArray();
    int axis = axes.length == 0 ? rank - 1 : axes[0];
    return axes.length <= 1 && axis > 0 && parts.x.shape().size(axis) == mean.size(axis)
        ? axis
        : -1;
  }

  /** Normalization by the moments of the last axes, with a scale. */
  static Step layer(Node last, TracedGraph graph) {
    Parts parts = parts(last, graph);
    if (parts == null || parts.scale == null) {
      return null;
    }
    int[] axes = meanAxes(parts.mean, parts.x, graph);
    Node squares = mean(parts.variance, graph);
    Node square = squares == null ? null : graph.producer(squares.inputs().getFirst(), "square");
    Node distance = square == null ? null : graph.producer(square.inputs().getFirst(), "sub");
    if (axes == null
        || distance == null
        || !distance.inputs().equals(List.of(parts.x, parts.mean))
        || !Arrays.equals(axes, axes(squares))) {
      return null;
    }
    int rank = parts.x.shape().rank();
    boolean trailing = axes[0] == rank - axes.length;
    boolean fits = fits(parts.scale, parts.x, axes) && fits(parts.offset, parts.x, axes);
    return trailing && fits
        ? Step.of(
            last,
            "LayerNormalization",
            Map.of("axis", axes[0], "epsilon", parts.epsilon),
            parts.x,
            parts.scale,
            parts.offset)
        : null;
  }

  private static boolean fits(Tensor parameter, Tensor x, int... axes) {
    if (parameter == null) {
      return true;
    }
    Shape shape = parameter.shape();
    boolean fits = shape.rank() == x.shape().rank();
    for (int i = 0; fits && i < shape.rank(); i++) {
      fits = shape.size(i) == (i < axes[0] ? 1 : x.shape().size(i));
    }
    return fits;
  }

  /** Returns the node of a mean whose axes are kept; null for anything else. */
  private static Node mean(Tensor kept, TracedGraph graph) {
    Node reshape = graph.producer(kept, "Reshape.1");
    Node mean = reshape == null ? null : graph.producer(reshape.inputs().getFirst(), "Reduce.1");
    if (mean == null || !mean.op().name().equals("mean")) {
      return null;
    }
    Shape shape = mean.inputs().getFirst().shape();
    for (int axis : axes(mean)) {
      shape = shape.with(axis, 1);
    }
    return shape.equals(kept.shape()) ? mean : null;
  }

  private static int[] axes(Node reduction) {
    return (int[]) OpDescription.of(reduction.op()).attributes().get("axes");
  }

  private static int[] meanAxes(Tensor kept, Tensor x, TracedGraph graph) {
    Node mean = mean(kept, graph);
    return mean != null && mean.inputs().getFirst().equals(x) ? axes(mean) : null;
  }
}
