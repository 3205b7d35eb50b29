package dev.tapedeck.layers;

import dev.tapedeck.nn.Constraint;
import dev.tapedeck.nn.Initializer;
import dev.tapedeck.nn.Regularizer;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.WeightSpec;

/**
 * Base of the convolutions whose channels have filters of their own, of a kernel {@code [size.., c,
 * depthMultiplier]}.
 *
 * @param <A> record of the arguments
 * @param <L> the layer itself
 */
abstract class DepthwiseConvolution<
        A extends Record & DepthwiseConvolution.Arguments, L extends DepthwiseConvolution<A, L>>
    extends ConvolutionLayer<A, L> {
  private Variable depthwise;

  /** The arguments that all these layers have. */
  interface Arguments extends ConvolutionLayer.Arguments {
    int depthMultiplier();

    Initializer depthwiseInitializer();

    Regularizer depthwiseRegularizer();

    Constraint depthwiseConstraint();
  }

  DepthwiseConvolution(A arguments) {
    super(arguments);
  }

  /** Checks the arguments of the kernel. */
  static void check(String who, int depthMultiplier, Initializer depthwiseInitializer) {
    LayerOptions.requirePositive(who, "depthMultiplier", depthMultiplier);
    LayerOptions.requireGiven(
        who, "depthwiseInitializer", depthwiseInitializer, "Initializers.heNormal()");
  }

  /** Sets the number of filters of each channel; by default 1. */
  public final L depthMultiplier(int depthMultiplier) {
    return with("depthMultiplier", depthMultiplier);
  }

  /** Sets the initializer of the channels' filters; by default Glorot uniform. */
  public final L depthwiseInitializer(Initializer initializer) {
    return with("depthwiseInitializer", initializer);
  }

  /** Sets a penalty on the channels' filters that is added to the loss; by default none. */
  public final L depthwiseRegularizer(Regularizer regularizer) {
    return with("depthwiseRegularizer", regularizer);
  }

  /**
   * Sets a projection of the channels' filters after each step of the optimizer; by default none.
   */
  public final L depthwiseConstraint(Constraint constraint) {
    return with("depthwiseConstraint", constraint);
  }

  /** Returns the number of channels that the channels' filters make. */
  final long depth(Shape images) {
    return channels(images) * args().depthMultiplier();
  }

  private Shape depthwiseShape(Shape images) {
    return kernelShape(channels(images), args().depthMultiplier());
  }

  /** Makes the variable of the channels' filters. */
  final void buildDepthwise(String name, Shape images) {
    A args = args();
    Shape shape = depthwiseShape(images);
    warnOfChannelsFirst(images);
    depthwise =
        addVariable(
            new WeightSpec(name, args.depthwiseInitializer(), shape.toArray())
                .regularizer(args.depthwiseRegularizer())
                .constraint(args.depthwiseConstraint()));
  }

  @Override
  final Tensor linear(Tensor images) {
    requireKernel(depthwise, depthwiseShape(images.shape()), images);
    return convolve(images, depthwise);
  }

  /** Applies the op. */
  abstract Tensor convolve(Tensor images, Variable depthwise);
}
