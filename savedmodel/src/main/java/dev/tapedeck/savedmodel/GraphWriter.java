package dev.tapedeck.savedmodel;

import dev.tapedeck.function.Graph;
import dev.tapedeck.function.Node;
import dev.tapedeck.function.OpDescription;
import dev.tapedeck.ops.Effect;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.SymbolicTensor;
import dev.tapedeck.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writer of a graph, op by op, into the body of a function. */
final class GraphWriter {
  private final FunctionBody body;
  private final Emitter emitter;
  private final Map<Tensor, Value> values = new IdentityHashMap<>();
  private final Set<Tensor> used = new HashSet<>();

  private GraphWriter(FunctionBody body) {
    this.body = body;
    this.emitter = new Emitter(body);
  }

  /**
   * Writes the nodes, and returns the graph's outputs.
   *
   * @throws IllegalArgumentException if TensorFlow has no counterpart of an op
   */
  static List<Value> write(Graph graph, List<Value> inputs, FunctionBody body) {
    GraphWriter writer = new GraphWriter(body);
    for (int i = 0; i < inputs.size(); i++) {
      SymbolicTensor symbol = graph.inputs().get(i);
      writer.values.put(symbol, new Value(inputs.get(i).name(), symbol.spec()));
    }
    List<Node> needed = writer.needed(graph);
    String outer = body.scope();
    for (Node node : needed) {
      String scope = node.name().substring(0, Math.max(0, node.name().lastIndexOf('/')));
      body.scope(outer.isEmpty() || scope.isEmpty() ? outer + scope : outer + "/" + scope);
      writer.write(node);
    }
    body.scope(outer);
    return graph.outputs().stream().map(writer::value).toList();
  }

  /** Returns the nodes that outputs depend on, and those that assign, in order. */
  private List<Node> needed(Graph graph) {
    used.addAll(graph.outputs());
    List<Node> needed = new ArrayList<>();
    for (Node node : graph.nodes().reversed()) {
      boolean writes = node.op().effect() == Effect.WRITE;
      if (writes || node.outputs().stream().anyMatch(used::contains)) {
        used.addAll(node.inputs());
        needed.addFirst(node);
      }
    }
    return needed;
  }

  private Value value(Tensor tensor) {
    return tensor instanceof EagerTensor constant ? body.constant(constant) : values.get(tensor);
  }

  private void write(Node node) {
    OpDescription op;
    List<Value> outputs;
    try {
      op = OpDescription.of(node.op());
    } catch (IllegalArgumentException e) {
      throw refused(node, node.op().name(), "is Java code", e);
    }
    Row row = OpRows.all().get(op.name());
    if (row == null) {
      throw refused(node, op.name(), "has no counterpart in TensorFlow", null);
    }
    List<Boolean> wanted = new ArrayList<>();
    node.outputs().forEach(output -> wanted.add(used.contains(output)));
    try {
      outputs =
          row.write(
              new OpCall(
                  op,
                  node.inputs().stream().map(this::value).toList(),
                  node.outputs().stream().map(SymbolicTensor::spec).toList(),
                  wanted,
                  emitter));
    } catch (Unsupported e) {
      throw refused(node, op.name(), e.getMessage(), e);
    }
    for (int i = 0; i < outputs.size(); i++) {
      Value made = outputs.get(i);
      if (made != null) {
        SymbolicTensor symbol = node.outputs().get(i);
        values.put(symbol, new Value(made.name(), symbol.spec()));
      }
    }
  }

  private static IllegalArgumentException refused(
      Node node, String op, String why, Exception cause) {
    IllegalArgumentException refused =
        Refusal.of(
            "SavedModels.export",
            "needs ops that TensorFlow has",
            "node \"" + node.name() + "\", op " + op + ", which " + why,
            "save it with SavedFunction, unless it holds Java code as layers of text do, or compute"
                + " that part outside");
    refused.initCause(cause);
    return refused;
  }
}
