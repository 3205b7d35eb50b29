package dev.tapedeck.summaries;

import dev.tapedeck.summaries.proto.GraphDef;
import dev.tapedeck.summaries.proto.NodeDef;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.train.LayerGraph;
import java.util.HashMap;
import java.util.Map;

/** A layer graph as a {@code GraphDef}: a node for each layer, with its output shapes. */
final class LayerNodes {
  private LayerNodes() {}

  static byte[] graphDef(LayerGraph graph) {
    GraphDef.Builder definition = GraphDef.newBuilder();
    Map<String, LayerGraph.Node> nodes = new HashMap<>();
    graph.nodes().forEach(node -> nodes.put(node.name(), node));
    graph.nodes().forEach(node -> definition.addNode(node(node, nodes)));
    return definition.build().toByteArray();
  }

  private static NodeDef.Builder node(LayerGraph.Node layer, Map<String, LayerGraph.Node> nodes) {
    TensorSpec[] outputs =
        layer.calls().stream()
            .flatMap(call -> call.outputs().stream())
            .map(LayerNodes::anyBatch)
            .toArray(TensorSpec[]::new);
    NodeDef.Builder node = NodeDefs.of(layer.name(), layer.type(), outputs);
    layer
        .calls()
        .forEach(call -> call.inputs().forEach(source -> node.addInput(output(source, nodes))));
    return node;
  }

  /** Returns the name of an output: those of all calls are outputs of the layer's node. */
  private static String output(LayerGraph.Source source, Map<String, LayerGraph.Node> nodes) {
    int index = source.tensor();
    for (LayerGraph.Call before : nodes.get(source.layer()).calls().subList(0, source.call())) {
      index += before.outputs().size();
    }
    return index == 0 ? source.layer() : source.layer() + ":" + index;
  }

  /** Returns a spec with a batch axis, the first one, of any size. */
  private static TensorSpec anyBatch(TensorSpec spec) {
    long[] sizes = spec.shape().toArray();
    if (sizes.length > 0) {
      sizes[0] = Shape.UNKNOWN;
    }
    return new TensorSpec(spec.dtype(), Shape.of(sizes));
  }
}
