package dev.tapedeck.train;

/**
 * A function of a layer beside its {@code call}: of other inputs, or with more outputs. It refers
 * to no layer, so that it is also one of the layer's copies.
 *
 * @param <J> input: a tensor, or a record, list, array or map of tensors
 * @param <P> output, as the input
 */
@FunctionalInterface
public interface LayerFunction<J, P> {
  /**
   * Returns the output.
   *
   * @param layer the layer, of the class that has the function
   */
  P of(AbstractLayer<?, ?> layer, J input, boolean training);
}
