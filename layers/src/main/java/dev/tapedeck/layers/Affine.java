package dev.tapedeck.layers;

import dev.tapedeck.nn.Constraint;
import dev.tapedeck.nn.Initializer;
import dev.tapedeck.nn.Regularizer;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.WeightSpec;
import java.util.function.UnaryOperator;

/**
 * A layer that computes {@code activation(linear(x, kernel) + bias)}.
 *
 * @param <A> record of the arguments
 * @param <L> the layer itself
 */
abstract class Affine<A extends Record & Affine.Arguments, L extends Affine<A, L>>
    extends BiasedLayer<A, L> {
  private Variable kernel;

  /** The arguments that all these layers have. */
  interface Arguments extends BiasedLayer.Arguments {
    Initializer kernelInitializer();

    Regularizer kernelRegularizer();

    Constraint kernelConstraint();
  }

  Affine(A arguments) {
    super(arguments);
  }

  /** Checks the arguments that must be given. */
  static void check(
      String who,
      UnaryOperator<Tensor> activation,
      Initializer kernelInitializer,
      Initializer biasInitializer) {
    BiasedLayer.check(who, activation, biasInitializer);
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

  /** Returns the number of outputs, which are on the last axis. */
  abstract int outputs();

  /** Returns the shape of the kernel for inputs of a shape; throws if their rank is wrong. */
  abstract Shape kernelShape(Shape input);

  /** Returns the part that is linear in the input; the outputs are on the last axis. */
  abstract Tensor linear(Tensor x, Variable kernel);

  @Override
  final long outputs(Shape input) {
    return outputs();
  }

  @Override
  final void buildKernels(Shape input) {
    A args = args();
    kernel =
        addVariable(
            new WeightSpec("kernel", args.kernelInitializer(), kernelShape(input).toArray())
                .regularizer(args.kernelRegularizer())
                .constraint(args.kernelConstraint()));
  }

  /** Sets a kernel that takes the place of the first. */
  final void kernel(Variable other) {
    kernel = other;
  }

  /** Returns the kernel; null before the first call. */
  final Variable kernel() {
    return kernel;
  }

  @Override
  final Tensor linear(Tensor x) {
    requireKernel(kernel, kernelShape(x.shape()), x);
    return linear(x, kernel);
  }
}
