package dev.tapedeck.testing;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.Optimizer;

/**
 * A small optimizer for tests: gradient descent.
 *
 * @hidden for Tapedeck's own tests
 */
public final class Descent extends Optimizer {
  /** Makes an optimizer of a learning rate. */
  public Descent(double learningRate) {
    super(learningRate);
  }

  @Override
  protected void update(Variable variable, Tensor gradient) {
    variable.assignSub(gradient.mul(rate(variable.dtype())));
  }
}
