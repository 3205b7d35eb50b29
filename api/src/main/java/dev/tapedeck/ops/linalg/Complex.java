package dev.tapedeck.ops.linalg;

import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.tensor.Tensor;

/**
 * Complex numbers, as two tensors of one shape and floating type.
 *
 * @param real real parts
 * @param imaginary imaginary parts
 */
public record Complex(Tensor real, Tensor imaginary) {
  /** Returns real numbers as complex ones. */
  public static Complex ofReal(Object x) {
    Tensor real = Operands.tensor(x);
    return new Complex(real, Creation.zerosLike(real));
  }
}
