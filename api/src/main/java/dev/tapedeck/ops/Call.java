package dev.tapedeck.ops;

import dev.tapedeck.tensor.Tensor;

/**
 * One application of an op, or of a function with a custom gradient. It is shared, so its arrays
 * must not be written to.
 *
 * @param needed for each input, whether its gradient is needed
 */
@SuppressWarnings("ArrayRecordComponent") // tapes and graphs compare it by identity
public record Call(Differentiable op, Tensor[] inputs, Tensor[] outputs, boolean[] needed) {
  /** Returns an input. */
  public Tensor input(int index) {
    return inputs[index];
  }

  /** Returns the only output. */
  public Tensor output() {
    return outputs[0];
  }

  /** Returns whether the gradient of an input is needed. */
  public boolean needs(int index) {
    return needed[index];
  }
}
