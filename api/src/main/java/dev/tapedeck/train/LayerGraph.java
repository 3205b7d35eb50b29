package dev.tapedeck.train;

import dev.tapedeck.tensor.TensorSpec;
import java.util.List;

/**
 * How data flows through the layers of a model; see {@link Model#layerGraph()}.
 *
 * <p>A layer that is made of others stands in it by those, whose names are their paths, {@code
 * block/conv}; what is computed between layers connects them and is no node itself.
 *
 * @param name the model's class in snake case, {@code sequential}
 * @param nodes the layers in the order of their first calls; the model's input goes first, as a
 *     layer of type {@code InputLayer}
 * @param outputs where the model's output comes from
 */
public record LayerGraph(String name, List<Node> nodes, List<Source> outputs) {
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
   * @param inputs the calls whose outputs it takes, directly or through ops
   * @param output element type and shape of what it returns
   */
  public record Call(List<Source> inputs, TensorSpec output) {}

  /** The output of a layer's call; the layer's first call is 0. */
  public record Source(String layer, int call) {}
}
