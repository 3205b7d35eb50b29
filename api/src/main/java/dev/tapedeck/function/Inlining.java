package dev.tapedeck.function;

import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.SymbolicTensor;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Replaces the calls of graphs in a graph by the calls that those make. */
final class Inlining {
  private final List<Node> nodes = new ArrayList<>();
  private final Set<String> names = new HashSet<>();

  /** An op that computes what a graph does. */
  interface GraphOp {
    /** Returns the graph; the op's inputs are the graph's, and perhaps more after them. */
    Graph body();
  }

  private Inlining() {}

  /** Returns the graph without calls of graphs, of any depth. */
  static Graph of(Graph graph) {
    Inlining inlining = new Inlining();
    Map<Tensor, Tensor> values = new HashMap<>();
    graph.inputs().forEach(input -> values.put(input, input));
    List<Tensor> outputs = inlining.add("", graph, values);
    return new Graph(graph.inputs(), inlining.nodes, outputs);
  }

  /**
   * Adds the calls of a graph, and returns its outputs.
   *
   * @param scope name scope of the call of the graph
   * @param values those of the graph's inputs
   */
  private List<Tensor> add(String scope, Graph graph, Map<Tensor, Tensor> values) {
    for (Node node : graph.nodes()) {
      List<Tensor> inputs = values(node.inputs(), values);
      if (node.op() instanceof GraphOp called) {
        Map<Tensor, Tensor> inner = new HashMap<>();
        List<SymbolicTensor> parameters = called.body().inputs();
        for (int i = 0; i < parameters.size(); i++) {
          inner.put(parameters.get(i), inputs.get(i));
        }
        List<Tensor> outputs = add(within(scope, node.scope()), called.body(), inner);
        for (int i = 0; i < outputs.size(); i++) {
          values.put(node.outputs().get(i), outputs.get(i));
        }
      } else {
        String name = unique(within(scope, node.name()));
        List<SymbolicTensor> outputs = new ArrayList<>();
        for (SymbolicTensor output : node.outputs()) {
          SymbolicTensor copy =
              new SymbolicTensor(name + ":" + outputs.size(), output.spec(), output.reader());
          outputs.add(copy);
          values.put(output, copy);
        }
        nodes.add(new Node(name, node.op(), inputs, outputs));
      }
    }
    return values(graph.outputs(), values);
  }

  private static List<Tensor> values(List<Tensor> tensors, Map<Tensor, Tensor> values) {
    return tensors.stream().map(t -> t instanceof EagerTensor ? t : values.get(t)).toList();
  }

  private static String within(String scope, String name) {
    return scope.isEmpty() ? name : name.isEmpty() ? scope : scope + "/" + name;
  }

  private String unique(String name) {
    String unique = name;
    for (int i = 1; !names.add(unique); i++) {
      unique = name + "_" + i;
    }
    return unique;
  }
}
