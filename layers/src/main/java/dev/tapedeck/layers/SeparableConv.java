package dev.tapedeck.layers;

import dev.tapedeck.nn.Constraint;
import dev.tapedeck.nn.Initializer;
import dev.tapedeck.nn.Regularizer;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.WeightSpec;
import java.util.Arrays;

/**
 * Base of the convolutions of each channel alone, whose results a second kernel {@code [1.., c *
 * depthMultiplier, filters]} mixes.
 *
 * @param <A> record of the arguments
 * @param <L> the layer itself
 */
abstract class SeparableConv<
        A extends Record & SeparableConv.Arguments, L extends SeparableConv<A, L>>
    extends DepthwiseConvolution<A, L> {
  private Variable pointwise;

  /** The arguments that all these layers have. */
  interface Arguments extends DepthwiseConvolution.Arguments {
    int filters();

    Initializer pointwiseInitializer();

    Regularizer pointwiseRegularizer();

    Constraint pointwiseConstraint();
  }

  SeparableConv(A arguments) {
    super(arguments);
  }

  /** Checks the arguments of the second kernel. */
  static void checkPointwise(String who, int filters, Initializer pointwiseInitializer) {
    LayerOptions.requirePositive(who, "filters", filters);
    LayerOptions.requireGiven(
        who, "pointwiseInitializer", pointwiseInitializer, "Initializers.heNormal()");
  }

  /** Sets the initializer of the kernel that mixes channels; by default Glorot uniform. */
  public final L pointwiseInitializer(Initializer initializer) {
    return with("pointwiseInitializer", initializer);
  }

  /**
   * Sets a penalty on the kernel that mixes channels that is added to the loss; by default none.
   */
  public final L pointwiseRegularizer(Regularizer regularizer) {
    return with("pointwiseRegularizer", regularizer);
  }

  /**
   * Sets a projection of the kernel that mixes channels after each step of the optimizer; by
   * default none.
   */
  public final L pointwiseConstraint(Constraint constraint) {
    return with("pointwiseConstraint", constraint);
  }

  @Override
  final void buildKernels(Shape images) {
    A args = args();
    buildDepthwise("depthwise_kernel", images);
    long[] shape = new long[rank() + 2];
    Arrays.fill(shape, 1);
    shape[rank()] = depth(images);
    shape[rank() + 1] = args.filters();
    pointwise =
        addVariable(
            new WeightSpec("pointwise_kernel", args.pointwiseInitializer(), shape)
                .regularizer(args.pointwiseRegularizer())
                .constraint(args.pointwiseConstraint()));
  }

  @Override
  final long outputs(Shape images) {
    return args().filters();
  }

  @Override
  final Tensor convolve(Tensor images, Variable depthwise) {
    return convolve(images, depthwise, pointwise);
  }

  /** Applies the op. */
  abstract Tensor convolve(Tensor images, Variable depthwise, Variable pointwise);
}
