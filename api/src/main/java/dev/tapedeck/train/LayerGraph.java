package dev.tapedeck.train;

import dev.tapedeck.tensor.TensorSpec;
import java.util.List;

/**
 * The data flow through the layers of a model; see {@link Model#layerGraph()}.
 *
 * <p>A layer made of others is represented by those, whose names are paths, {@code block/conv}; ops
 * between layers connect them and are no nodes.
 *
 * @param name the model's class in snake case, {@code sequential}
 * @param nodes the layers in the order of their first calls; the model's input goes first, as a
 *     layer of type {@code InputLayer}
 * @param outputs the sources of the model's output
 */
public record LayerGraph(String name, List<Node> nodes, List<Source> outputs) {
  /** The type of a node that is an input of the model. */
  static final String INPUT = "InputLayer";

  /**
   * A layer; a shared one has several calls.
   *
   * @param name the path of the fields that lead to it, unique in the graph
   * @param type its class
   */
  public record Node(String name, String type, List<Call> calls) {}

  /**
   * One use of a layer.
   *
   * @param inputs the sources of its inputs, directly or through ops
   * @param outputs element types and shapes of the outputs
   */
  public record Call(List<Source> inputs, List<TensorSpec> outputs) {}

  /**
   * An output of a layer's call.
   *
   * @param layer the name of the layer
   * @param call the call; the layer's first is 0
   * @param tensor the position among the call's outputs
   */
  public record Source(String layer, int call, int tensor) {}
}
