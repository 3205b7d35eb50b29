package dev.tapedeck.nn;

import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;

/** An initializer of zeros, of any element type. */
public record Zeros() implements Initializer {
  @Override
  public Tensor create(RandomKey key, TensorSpec spec) {
    return Tensor.full(spec.dtype(), 0, spec.shape().toArray());
  }
}
