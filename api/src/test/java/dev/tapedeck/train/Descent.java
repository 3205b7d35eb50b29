package dev.tapedeck.train;

import dev.tapedeck.ops.Variable;
import dev.tapedeck.tensor.Tensor;

/** The optimizer of these tests: gradient descent. */
final class Descent extends Optimizer {
  Descent(double learningRate) {
    super(learningRate);
  }

  @Override
  protected void update(Variable variable, Tensor gradient) {
    variable.assignSub(gradient.mul(rate(variable.dtype())));
  }
}
