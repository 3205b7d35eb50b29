package dev.tapedeck.layers;

import dev.tapedeck.nn.Constraint;
import dev.tapedeck.nn.Initializer;
import dev.tapedeck.nn.Regularizer;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.train.WeightSpec;
import java.util.function.UnaryOperator;

/**
 * A layer that computes {@code activation(linear(x) + bias)}.
 *
 * @param <A> record of the arguments
 * @param <L> the layer itself
 */
abstract class BiasedLayer<A extends Record & BiasedLayer.Arguments, L extends BiasedLayer<A, L>>
    extends BuiltIn<A, L> {
  private Variable bias;

  /** The arguments that all these layers have. */
  interface Arguments {
    UnaryOperator<Tensor> activation();

    boolean useBias();

    Initializer biasInitializer();

    Regularizer biasRegularizer();

    Regularizer activityRegularizer();

    Constraint biasConstraint();
  }

  BiasedLayer(A arguments) {
    super(arguments);
  }

  /** Checks the arguments that must be given. */
  static void check(String who, UnaryOperator<Tensor> activation, Initializer biasInitializer) {
    LayerOptions.requireGiven(who, "activation", activation, "Activations::relu");
    LayerOptions.requireGiven(who, "biasInitializer", biasInitializer, "Initializers.zeros()");
  }

  /** Sets the function of the sums; by default none. */
  public final L activation(UnaryOperator<Tensor> activation) {
    return with("activation", activation);
  }

  /** Sets whether there is a bias; by default there is. */
  public final L useBias(boolean use) {
    return with("useBias", use);
  }

  /** Sets the initializer of the bias; by default zeros. */
  public final L biasInitializer(Initializer initializer) {
    return with("biasInitializer", initializer);
  }

  /** Sets a penalty on the bias that is added to the loss; by default none. */
  public final L biasRegularizer(Regularizer regularizer) {
    return with("biasRegularizer", regularizer);
  }

  /** Sets a penalty on the output that is added to the loss; by default none. */
  public final L activityRegularizer(Regularizer regularizer) {
    return with("activityRegularizer", regularizer);
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

  /** Makes the variables before the bias; throws if the input's rank is wrong. */
  abstract void buildKernels(Shape input);

  /** Returns the number of outputs for inputs of a shape. */
  abstract long outputs(Shape input);

  /** Returns the part that is linear in the input. */
  abstract Tensor linear(Tensor x);

  /** Returns the sum; by default that of outputs on the last axis. */
  Tensor addBias(Tensor y, Variable bias) {
    return y.add(bias);
  }

  /** Throws if an input needs another kernel than there is. */
  final void requireKernel(Variable kernel, Shape needed, Tensor x) {
    DType type = quantizationMode() == null ? x.dtype() : kernel.dtype();
    TensorSpec expected = new TensorSpec(type, needed);
    if (!expected.equals(Operands.tensor(kernel).spec())) {
      throw new IllegalArgumentException(
          who()
              + ": the kernel is "
              + kernel.spec()
              + ", the input "
              + x.spec()
              + " needs "
              + expected
              + "; cast or reshape the input, or give it a layer of its own");
    }
  }

  @Override
  protected final void build(Shape input) {
    buildKernels(input);
    A args = args();
    bias =
        args.useBias()
            ? addVariable(
                new WeightSpec("bias", args.biasInitializer(), outputs(input))
                    .regularizer(args.biasRegularizer())
                    .constraint(args.biasConstraint()))
            : null;
    afterBuild();
  }

  /** Hook for subclasses, called after the variables are made; does nothing by default. */
  void afterBuild() {}

  @Override
  protected final Tensor call(Tensor x) {
    Tensor y = linear(x);
    return args().activation().apply(bias == null ? y : addBias(y, bias));
  }
}
