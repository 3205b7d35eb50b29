package dev.tapedeck.layers;

import dev.tapedeck.nn.Constraint;
import dev.tapedeck.nn.Initializer;
import dev.tapedeck.nn.Regularizer;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.train.WeightSpec;
import java.util.function.UnaryOperator;

/**
 * A layer that computes {@code activation(linear(x, kernel) + bias)}.
 *
 * @param <A> record of the arguments
 * @param <L> the layer itself
 */
abstract class Affine<A extends Record & Affine.Arguments, L extends Affine<A, L>>
    extends BuiltIn<A, L> {
  private Variable kernel;
  private Variable bias;

  /** The arguments that all these layers have. */
  interface Arguments {
    UnaryOperator<Tensor> activation();

    boolean useBias();

    Initializer kernelInitializer();

    Initializer biasInitializer();

    Regularizer kernelRegularizer();

    Regularizer biasRegularizer();

    Regularizer activityRegularizer();

    Constraint kernelConstraint();

    Constraint biasConstraint();
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
    LayerOptions.requireGiven(who, "activation", activation, "Activations::relu");
    LayerOptions.requireGiven(
        who, "kernelInitializer", kernelInitializer, "Initializers.heNormal()");
    LayerOptions.requireGiven(who, "biasInitializer", biasInitializer, "Initializers.zeros()");
  }

  /** Sets whether there is a bias; by default there is. */
  public final L useBias(boolean use) {
    return with("useBias", use);
  }

  /** Sets the initializer of the kernel; by default Glorot uniform. */
  public final L kernelInitializer(Initializer initializer) {
    return with("kernelInitializer", initializer);
  }

  /** Sets the initializer of the bias; by default zeros. */
  public final L biasInitializer(Initializer initializer) {
    return with("biasInitializer", initializer);
  }

  /** Sets a penalty on the kernel that is added to the loss; by default none. */
  public final L kernelRegularizer(Regularizer regularizer) {
    return with("kernelRegularizer", regularizer);
  }

  /** Sets a penalty on the bias that is added to the loss; by default none. */
  public final L biasRegularizer(Regularizer regularizer) {
    return with("biasRegularizer", regularizer);
  }

  /** Sets a penalty on the output that is added to the loss; by default none. */
  public final L activityRegularizer(Regularizer regularizer) {
    return with("activityRegularizer", regularizer);
  }

  /** Sets a projection of the kernel after each step of the optimizer; by default none. */
  public final L kernelConstraint(Constraint constraint) {
    return with("kernelConstraint", constraint);
  }

  /** Sets a projection of the bias after each step of the optimizer; by default none. */
  public final L biasConstraint(Constraint constraint) {
    return with("biasConstraint", constraint);
  }

  @Override
  protected final Regularizer activityRegularizer() {
    return args().activityRegularizer();
  }

  final String who() {
    return getClass().getSimpleName();
  }

  /** Returns the number of outputs, which are on the last axis. */
  abstract int outputs();

  /** Returns the shape of the kernel for inputs of a shape; throws if their rank is wrong. */
  abstract Shape kernelShape(Shape input);

  /**
   * Hook for subclasses, called with the shape of the first input before the variables are made;
   * does nothing by default. {@link #kernelShape} checks the rank afterwards.
   */
  void beforeBuild(Shape input) {}

  /** Returns the part that is linear in the input; the outputs are on the last axis. */
  abstract Tensor linear(Tensor x, Variable kernel);

  @Override
  protected final void build(Shape input) {
    beforeBuild(input);
    A args = args();
    kernel =
        addVariable(
            new WeightSpec("kernel", args.kernelInitializer(), kernelShape(input).toArray())
                .regularizer(args.kernelRegularizer())
                .constraint(args.kernelConstraint()));
    bias =
        args.useBias()
            ? addVariable(
                new WeightSpec("bias", args.biasInitializer(), outputs())
                    .regularizer(args.biasRegularizer())
                    .constraint(args.biasConstraint()))
            : null;
  }

  @Override
  protected final Tensor call(Tensor x) {
    TensorSpec needed = new TensorSpec(x.dtype(), kernelShape(x.shape()));
    if (!needed.equals(Operands.tensor(kernel).spec())) {
      throw new IllegalArgumentException(
          who()
              + ": the kernel is "
              + kernel.spec()
              + ", the input "
              + x.spec()
              + " needs "
              + needed
              + "; cast or reshape the input, or give it a layer of its own");
    }
    Tensor y = linear(x, kernel);
    return args().activation().apply(bias == null ? y : y.add(bias));
  }
}
