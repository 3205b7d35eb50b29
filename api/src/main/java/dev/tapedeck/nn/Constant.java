package dev.tapedeck.nn;

import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;

/**
 * An initializer that repeats one value, of any element type.
 *
 * @param value value of each element
 */
public record Constant(double value) implements Initializer {
  @Override
  public Tensor create(RandomKey key, TensorSpec spec) {
    return Tensor.full(spec.dtype(), value, spec.shape().toArray());
  }
}
