package dev.tapedeck.layers;

import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Layer;

/**
 * Base of the layers that change what another layer of one tensor does.
 *
 * @param <A> record of the arguments
 * @param <L> the layer itself
 */
abstract class Wrapper<A extends Record & Wrapper.Arguments, L extends Wrapper<A, L>>
    extends BuiltIn<A, L> {
  private final Layer layer;

  /** The arguments that all these layers have. */
  interface Arguments {
    Layer layer();
  }

  Wrapper(A arguments) {
    super(arguments);
    layer = arguments.layer();
  }

  /** Returns the wrapped layer. */
  public final Layer layer() {
    return layer;
  }

  /** Builds the wrapped layer for the input; without types of its own it takes this layer's. */
  @Override
  protected void build(Tensor input) {
    if (layer.isAwaitingState() && layer.dtypePolicy() == null) {
      layer.dtype(dtypePolicy());
    }
    layer.build(input.spec());
    super.build(input);
  }
}
