package dev.tapedeck.layers;

import dev.tapedeck.nn.Constraint;
import dev.tapedeck.nn.Initializer;
import dev.tapedeck.nn.Regularizer;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.ops.neural.ConvOptions;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.WeightSpec;

/**
 * Base of the convolutions, and of the transposed ones, with one kernel of filters.
 *
 * @param <A> record of the arguments
 * @param <L> the layer itself
 */
abstract class KernelConvolution<
        A extends Record & KernelConvolution.Arguments, L extends KernelConvolution<A, L>>
    extends ConvolutionLayer<A, L> {
  private Variable kernel;

  /** The arguments that all these layers have. */
  interface Arguments extends ConvolutionLayer.Arguments {
    int filters();

    Initializer kernelInitializer();

    Regularizer kernelRegularizer();

    Constraint kernelConstraint();
  }

  KernelConvolution(A arguments) {
    super(arguments);
  }

  /** Checks the arguments of the kernel. */
  static void check(String who, int filters, Initializer kernelInitializer) {
    LayerOptions.requirePositive(who, "filters", filters);
    LayerOptions.requireGiven(
        who, "kernelInitializer", kernelInitializer, "Initializers.heNormal()");
  }

  /** Sets the initializer of the kernel; by default Glorot uniform. */
  public final L kernelInitializer(Initializer initializer) {
    return with("kernelInitializer", initializer);
  }

  /** Sets a penalty on the kernel that is added to the loss; by default none. */
  public final L kernelRegularizer(Regularizer regularizer) {
    return with("kernelRegularizer", regularizer);
  }

  /** Sets a projection of the kernel after each step of the optimizer; by default none. */
  public final L kernelConstraint(Constraint constraint) {
    return with("kernelConstraint", constraint);
  }

  /** Returns the shape of the kernel for images of a shape. */
  abstract Shape kernelShape(Shape images);

  /** Applies the op. */
  abstract Tensor convolve(Tensor images, Variable kernel, ConvOptions options);

  @Override
  final void buildKernels(Shape images) {
    A args = args();
    Shape shape = kernelShape(images);
    warnOfChannelsFirst(images);
    kernel =
        addVariable(
            new WeightSpec("kernel", args.kernelInitializer(), shape.toArray())
                .regularizer(args.kernelRegularizer())
                .constraint(args.kernelConstraint()));
  }

  @Override
  final long outputs(Shape images) {
    return args().filters();
  }

  @Override
  final Tensor linear(Tensor images) {
    requireKernel(kernel, kernelShape(images.shape()), images);
    return convolve(images, kernel, options());
  }
}
