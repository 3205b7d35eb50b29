package dev.tapedeck.summaries;

import dev.tapedeck.summaries.proto.AttrValue;
import dev.tapedeck.summaries.proto.GraphDef;
import dev.tapedeck.summaries.proto.NodeDef;
import dev.tapedeck.summaries.proto.TensorShapeProto;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.train.LayerGraph;

/** A layer graph as a graph of ops: a node for each layer, with the shapes of what it returns. */
final class LayerNodes {
  private LayerNodes() {}

  static byte[] graphDef(LayerGraph graph) {
    GraphDef.Builder definition = GraphDef.newBuilder();
    graph.nodes().forEach(node -> definition.addNode(node(node)));
    return definition.build().toByteArray();
  }

  private static NodeDef node(LayerGraph.Node layer) {
    NodeDef.Builder node = NodeDef.newBuilder().setName(layer.name()).setOp(layer.type());
    AttrValue.ListValue.Builder shapes = AttrValue.ListValue.newBuilder();
    for (LayerGraph.Call call : layer.calls()) {
      call.inputs().forEach(source -> node.addInput(output(source)));
      shapes.addShape(shape(call.output()));
    }
    return node.putAttr("_output_shapes", AttrValue.newBuilder().setList(shapes).build()).build();
  }

  /** Names what a call returns: an output of the layer for each. */
  private static String output(LayerGraph.Source source) {
    return source.call() == 0 ? source.layer() : source.layer() + ":" + source.call();
  }

  /** The first axis is the batch, which may have any size. */
  private static TensorShapeProto shape(TensorSpec spec) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (int axis = 0; axis < spec.shape().rank(); axis++) {
      long size = axis == 0 ? Shape.UNKNOWN : spec.shape().size(axis);
      shape.addDim(TensorShapeProto.Dim.newBuilder().setSize(size));
    }
    return shape.build();
  }
}
