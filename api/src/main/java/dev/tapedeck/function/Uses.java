package dev.tapedeck.function;

import dev.tapedeck.tensor.Tensor;
import java.util.HashMap;
import java.util.Map;

/** The number of calls of a graph that take each tensor; being an output counts as one more. */
record Uses(Map<Tensor, Integer> counts) {
  static Uses of(Graph graph) {
    Map<Tensor, Integer> counts = new HashMap<>();
    graph.outputs().forEach(output -> counts.merge(output, 1, Integer::sum));
    graph
        .nodes()
        .forEach(
            node ->
                node.inputs().stream().distinct().forEach(in -> counts.merge(in, 1, Integer::sum)));
    return new Uses(counts);
  }

  boolean isOnlyOne(Tensor tensor) {
    return counts.getOrDefault(tensor, 0) == 1;
  }
}
