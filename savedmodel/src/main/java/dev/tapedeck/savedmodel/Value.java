package dev.tapedeck.savedmodel;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;

/**
 * A tensor in the body of a function.
 *
 * @param name how nodes refer to it: {@code MatMul:product:0}, or the bare name of an argument
 * @param spec its type and shape, as far as they are known
 */
record Value(String name, TensorSpec spec) {
  DType dtype() {
    return spec.dtype();
  }

  Shape shape() {
    return spec.shape();
  }

  int rank() {
    return spec.shape().rank();
  }
}
