package dev.tapedeck.layers;

import dev.tapedeck.tensor.Shape;

/**
 * Base of the convolutions of each channel alone.
 *
 * @param <A> record of the arguments
 * @param <L> the layer itself
 */
abstract class DepthwiseConv<
        A extends Record & DepthwiseConvolution.Arguments, L extends DepthwiseConv<A, L>>
    extends DepthwiseConvolution<A, L> {
  DepthwiseConv(A arguments) {
    super(arguments);
  }

  @Override
  final void buildKernels(Shape images) {
    buildDepthwise("kernel", images);
  }

  @Override
  final long outputs(Shape images) {
    return depth(images);
  }
}
