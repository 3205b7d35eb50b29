package dev.tapedeck.layers;

import dev.tapedeck.nn.Constraint;
import dev.tapedeck.nn.Initializer;
import dev.tapedeck.nn.Regularizer;
import dev.tapedeck.tensor.Tensor;
import java.util.function.UnaryOperator;

/**
 * The options that the built-in recurrent cells and their layers have in common.
 *
 * @param <L> the layer itself
 */
public interface RecurrentOptions<L> {
  /**
   * Replaces an argument, and returns this layer.
   *
   * @throws IllegalStateException after the first call, which makes the variables
   */
  L option(String argument, Object value);

  /** Sets the activation of output and candidates; by default tanh. */
  default L activation(UnaryOperator<Tensor> activation) {
    return option("activation", activation);
  }

  /** Sets whether there is a bias; by default there is. */
  default L useBias(boolean use) {
    return option("useBias", use);
  }

  /** Sets the initializer of the input's kernel; by default Glorot uniform. */
  default L kernelInitializer(Initializer initializer) {
    return option("kernelInitializer", initializer);
  }

  /** Sets the initializer of the state's kernel; by default orthogonal. */
  default L recurrentInitializer(Initializer initializer) {
    return option("recurrentInitializer", initializer);
  }

  /** Sets the initializer of the bias; by default zeros. */
  default L biasInitializer(Initializer initializer) {
    return option("biasInitializer", initializer);
  }

  /** Sets a penalty on the input's kernel that is added to the loss; by default none. */
  default L kernelRegularizer(Regularizer regularizer) {
    return option("kernelRegularizer", regularizer);
  }

  /** Sets a penalty on the state's kernel that is added to the loss; by default none. */
  default L recurrentRegularizer(Regularizer regularizer) {
    return option("recurrentRegularizer", regularizer);
  }

  /** Sets a penalty on the bias that is added to the loss; by default none. */
  default L biasRegularizer(Regularizer regularizer) {
    return option("biasRegularizer", regularizer);
  }

  /** Sets a projection of the input's kernel after each step of the optimizer; by default none. */
  default L kernelConstraint(Constraint constraint) {
    return option("kernelConstraint", constraint);
  }

  /** Sets a projection of the state's kernel after each step of the optimizer; by default none. */
  default L recurrentConstraint(Constraint constraint) {
    return option("recurrentConstraint", constraint);
  }

  /** Sets a projection of the bias after each step of the optimizer; by default none. */
  default L biasConstraint(Constraint constraint) {
    return option("biasConstraint", constraint);
  }

  /**
   * Sets the part of the input's elements that is set to 0 in training, the same at all steps of a
   * sequence; by default 0.
   */
  default L dropout(double rate) {
    return option("dropout", rate);
  }

  /**
   * Sets the part of the state's elements that the gates do not see in training, the same at all
   * steps of a sequence, but another one for each gate; by default 0.
   */
  default L recurrentDropout(double rate) {
    return option("recurrentDropout", rate);
  }

  /** Sets the seed of a generator of its own for dropout; by default the process's is used. */
  default L seed(long seed) {
    return option("seed", seed);
  }
}
