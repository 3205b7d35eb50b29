package dev.tapedeck.nn;

import dev.tapedeck.tensor.Tensor;

/** A projection of weights after each step of training; see {@link Constraints}. */
@FunctionalInterface
public interface Constraint {
  /** Returns the projected weights, of the weights' shape and element type. */
  Tensor of(Tensor weights);
}
