package dev.tapedeck.nn;

import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Tensor;

/** A constraint of weights to 0 or more: {@code max(w, 0)}. */
public record NonNeg() implements Constraint {
  @Override
  public Tensor of(Tensor weights) {
    return Maths.maximum(weights, 0);
  }
}
