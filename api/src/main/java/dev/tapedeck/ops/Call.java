package dev.tapedeck.ops;

import dev.tapedeck.tensor.Tensor;

/**
 * An op, or a function with a gradient of its own, as it was applied; a shared value, its arrays
 * are not to be written to.
 *
 * @param needed for each input, whether its gradient is asked for
 */
@SuppressWarnings("ArrayRecordComponent") // identity is all that tapes and graphs compare
public record Call(Differentiable op, Tensor[] inputs, Tensor[] outputs, boolean[] needed) {
  /** Returns an input. */
  public Tensor input(int index) {
    return inputs[index];
  }

  /** Returns the only output. */
  public Tensor output() {
    return outputs[0];
  }

  /** Returns whether the gradient of an input is asked for. */
  public boolean needs(int index) {
    return needed[index];
  }
}
