package dev.tapedeck.summaries;

import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.train.LayerGraph;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A layer graph as the JSON of a functional model of Keras 3, which TensorBoard draws. */
final class KerasGraph {
  private final Map<LayerGraph.Source, TensorSpec> specs = new HashMap<>();

  private KerasGraph(LayerGraph graph) {
    for (LayerGraph.Node node : graph.nodes()) {
      for (int call = 0; call < node.calls().size(); call++) {
        List<TensorSpec> outputs = node.calls().get(call).outputs();
        for (int tensor = 0; tensor < outputs.size(); tensor++) {
          specs.put(new LayerGraph.Source(node.name(), call, tensor), outputs.get(tensor));
        }
      }
    }
  }

  static String json(LayerGraph graph) {
    return new PythonJson(",", ":").write(new KerasGraph(graph).model(graph));
  }

  private Map<String, ?> model(LayerGraph graph) {
    List<List<Object>> inputs =
        graph.nodes().stream()
            .filter(node -> node.type().equals("InputLayer"))
            .map(node -> history(new LayerGraph.Source(node.name(), 0, 0)))
            .toList();
    return Map.of(
        "class_name",
        "Functional",
        "config",
        Map.of(
            "name",
            graph.name(),
            "layers",
            graph.nodes().stream().map(this::layer).toList(),
            "input_layers",
            inputs,
            "output_layers",
            graph.outputs().stream().map(KerasGraph::history).toList()));
  }

  private Map<String, ?> layer(LayerGraph.Node node) {
    String dtype = node.calls().getFirst().outputs().getFirst().dtype().toString();
    return Map.of(
        // TensorBoard refuses a model in which a class is not named in ASCII.
        "class_name",
        node.type().replaceAll("\\P{ASCII}", "_"),
        "name",
        node.name(),
        "config",
        Map.of("name", node.name(), "dtype", dtype),
        "inbound_nodes",
        node.calls().stream().filter(call -> !call.inputs().isEmpty()).map(this::inbound).toList());
  }

  private Map<String, ?> inbound(LayerGraph.Call call) {
    return Map.of("args", call.inputs().stream().map(this::tensor).toList(), "kwargs", Map.of());
  }

  private Map<String, ?> tensor(LayerGraph.Source source) {
    TensorSpec spec = specs.get(source);
    List<Object> shape = new ArrayList<>();
    for (int axis = 0; axis < spec.shape().rank(); axis++) {
      // The first axis is the batch, of any size.
      shape.add(axis == 0 ? null : spec.shape().size(axis));
    }
    return Map.of(
        "class_name",
        "__keras_tensor__",
        "config",
        Map.of("shape", shape, "dtype", spec.dtype().toString(), "keras_history", history(source)));
  }

  /** Returns a Keras history: layer, call and index of the output. */
  private static List<Object> history(LayerGraph.Source source) {
    return List.of(source.layer(), source.call(), source.tensor());
  }
}
