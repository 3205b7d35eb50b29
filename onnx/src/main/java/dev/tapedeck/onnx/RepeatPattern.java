package dev.tapedeck.onnx;

import dev.tapedeck.function.Node;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Map;

/** The pattern of elements repeated along axes, by new axes that are broadcast and merged. */
final class RepeatPattern {
  private RepeatPattern() {}

  /**
   * Reshapes that add an axis of size 1, each broadcast, and one that merges the last; of floating
   * point numbers, since ONNX Runtime does not resize all others.
   */
  static Step repeated(Node last, TracedGraph graph) {
    if (!TracedGraph.isCall(last, "Reshape.1")) {
      return null;
    }
    Deque<Node> broadcasts = new ArrayDeque<>();
    Tensor x = last.inputs().getFirst();
    Node broadcast = graph.producer(x, "BroadcastTo.1");
    while (broadcast != null) {
      Node reshape = graph.producer(broadcast.inputs().getFirst(), "Reshape.1");
      if (reshape == null) {
        return null;
      }
      broadcasts.push(broadcast);
      x = reshape.inputs().getFirst();
      broadcast = graph.producer(x, "BroadcastTo.1");
    }
    boolean fits = !broadcasts.isEmpty() && x.dtype().isFloating() && !graph.isConstant(x);
    long[] times = fits ? times(x, broadcasts) : null;
    return times != null && scaled(x.shape(), times).equals(last.outputs().getFirst().shape())
        ? Step.of(last, "Repeat", Map.of("times", times), x)
        : null;
  }

  /** Returns how often the elements are repeated along each axis; null if that is not so. */
  private static long[] times(Tensor x, Iterable<Node> broadcasts) {
    long[] times = new long[x.shape().rank()];
    Arrays.fill(times, 1);
    for (Node broadcast : broadcasts) {
      Shape before = broadcast.inputs().getFirst().shape();
      Shape after = broadcast.outputs().getFirst().shape();
      Shape whole = scaled(x.shape(), times);
      int added = added(whole, before, after);
      if (added < 1 || times[added - 1] != 1) {
        return null;
      }
      times[added - 1] = after.size(added);
    }
    return times;
  }

  /** Returns the axis of size 1 that one shape has more than another, and that is broadcast. */
  private static int added(Shape whole, Shape before, Shape after) {
    for (int axis = 1; axis < before.rank(); axis++) {
      boolean repeats = before.size(axis) == 1 && after.size(axis) > 1;
      Shape without = before.slice(0, axis).concat(before.slice(axis + 1, before.rank()).toArray());
      if (repeats && without.equals(whole) && before.with(axis, after.size(axis)).equals(after)) {
        return axis;
      }
    }
    return -1;
  }

  private static Shape scaled(Shape shape, long... times) {
    Shape scaled = shape;
    for (int axis = 0; axis < shape.rank(); axis++) {
      long size = shape.size(axis);
      if (times[axis] > 1 && size == Shape.UNKNOWN) {
        return Shape.of(); // nothing else is: which of the sizes is unknown is not known
      }
      scaled = scaled.with(axis, size == Shape.UNKNOWN ? size : size * times[axis]);
    }
    return scaled;
  }
}
