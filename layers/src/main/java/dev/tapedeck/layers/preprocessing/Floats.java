package dev.tapedeck.layers.preprocessing;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.train.DTypePolicy;

/** The floating-point types in which layers return what they make of whole numbers and text. */
final class Floats {
  private Floats() {}

  /** Returns the type that a policy computes with; float32 for null, none. */
  static DType of(DTypePolicy policy) {
    return policy == null ? DType.FLOAT32 : policy.compute();
  }

  /** Returns the type of an input, or that of the policy for one of whole numbers. */
  static DType of(Tensor x, DTypePolicy policy) {
    return x.dtype().isFloating() ? x.dtype() : of(policy);
  }
}
