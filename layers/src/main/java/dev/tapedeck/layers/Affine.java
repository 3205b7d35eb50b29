package dev.tapedeck.layers;

import dev.tapedeck.nn.Initializer;
import dev.tapedeck.nn.Initializers;
import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.train.Layer;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * A layer that computes {@code activation(linear(x, kernel) + bias)}.
 *
 * @param <L> the layer itself
 */
abstract class Affine<L extends Affine<L>> extends Layer {
  private final int outputs;
  private final UnaryOperator<Tensor> activation;
  private Initializer kernelInitializer = Initializers.glorotUniform();
  private Initializer biasInitializer = Initializers.zeros();
  private boolean useBias = true;
  private Variable kernel;
  private Variable bias;

  Affine(String what, int outputs, UnaryOperator<Tensor> activation) {
    if (outputs < 1) {
      throw new IllegalArgumentException(
          who() + ": " + what + " must be 1 or more, received " + outputs);
    }
    this.outputs = outputs;
    this.activation =
        Objects.requireNonNull(
            activation, () -> who() + ": the activation is null; give one, as Activations::relu");
  }

  /**
   * Sets the initializer of the kernel; by default Glorot uniform.
   *
   * @throws IllegalStateException after the first call, which makes the kernel
   */
  public final L kernelInitializer(Initializer initializer) {
    requireUnbuilt("kernelInitializer");
    kernelInitializer =
        Objects.requireNonNull(
            initializer, () -> who() + ": the initializer is null; give one of Initializers");
    return self();
  }

  /**
   * Sets the initializer of the bias; by default zeros.
   *
   * @throws IllegalStateException after the first call, which makes the bias
   */
  public final L biasInitializer(Initializer initializer) {
    requireUnbuilt("biasInitializer");
    biasInitializer =
        Objects.requireNonNull(
            initializer, () -> who() + ": the initializer is null; give one of Initializers");
    return self();
  }

  /**
   * Sets whether there is a bias; by default there is.
   *
   * @throws IllegalStateException after the first call, which makes the bias
   */
  public final L useBias(boolean use) {
    requireUnbuilt("useBias");
    useBias = use;
    return self();
  }

  private void requireUnbuilt(String option) {
    if (kernel != null) {
      throw new IllegalStateException(
          who() + ": " + option + " has no effect after the first call; set it before");
    }
  }

  @Override
  public final L name(String given) {
    super.name(given);
    return self();
  }

  @Override
  public final L trainable(boolean mayTrain) {
    super.trainable(mayTrain);
    return self();
  }

  @SuppressWarnings("unchecked") // L is the class that extends this
  private L self() {
    return (L) this;
  }

  final String who() {
    return getClass().getSimpleName();
  }

  final int outputs() {
    return outputs;
  }

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
    kernel = addVariable("kernel", kernelInitializer, kernelShape(input).toArray());
    bias = useBias ? addVariable("bias", biasInitializer, outputs) : null;
  }

  @Override
  protected final Tensor call(Tensor x) {
    TensorSpec needed = new TensorSpec(x.dtype(), kernelShape(x.shape()));
    if (!needed.equals(kernel.spec())) {
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
    return activation.apply(useBias ? y.add(bias) : y);
  }
}
