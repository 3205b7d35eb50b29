package dev.tapedeck.summaries;

import dev.tapedeck.summaries.proto.GraphDef;
import dev.tapedeck.summaries.proto.NodeDef;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.train.LayerGraph;

/** A layer graph as a {@code GraphDef}: a node for each layer, with its output shapes. */
final class LayerNodes {
  private LayerNodes() {}

  static byte[] graphDef(LayerGraph graph) {
    GraphDef.Builder definition = GraphDef.newBuilder();
    graph.nodes().forEach(node -> definition.addNode(node(node)));
    return definition.build().toByteArray();
  }

  private static NodeDef.Builder node(LayerGraph.Node layer) {
    TensorSpec[] outputs =
        layer.calls().stream().map(call -> anyBatch(call.output())).toArray(TensorSpec[]::new);
    NodeDef.Builder node = NodeDefs.of(layer.name(), layer.type(), outputs);
    layer.calls().forEach(call -> call.inputs().forEach(source -> node.addInput(output(source))));
    return node;
  }

  /** Returns the name of a call's output: each call is an output of the layer's node. */
  private static String output(LayerGraph.Source source) {
    return source.call() == 0 ? source.layer() : source.layer() + ":" + source.call();
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
