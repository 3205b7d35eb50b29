package dev.tapedeck.nn;

import dev.tapedeck.tensor.Tensor;

/** A penalty on weights that is added to the loss; see {@link Regularizers}. */
@FunctionalInterface
public interface Regularizer {
  /** Returns the penalty, a scalar of the weights' element type, differentiable for the weights. */
  Tensor of(Tensor weights);
}
