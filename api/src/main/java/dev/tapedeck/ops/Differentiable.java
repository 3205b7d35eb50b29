package dev.tapedeck.ops;

import dev.tapedeck.tensor.Tensor;

/**
 * What a recorder keeps of a computation: an {@link Op}, or a function with a gradient of its own
 * that was computed as other ops.
 */
public interface Differentiable {
  /** Returns the name, as it is printed in errors and graphs: {@code matmul}. */
  String name();

  /** Returns what it does besides giving outputs that depend on its inputs alone: nothing. */
  default Effect effect() {
    return Effect.NONE;
  }

  /**
   * Returns the gradient for each input, given that of each output, written with ops. An entry may
   * be null: where the input has no gradient, or {@link Call#needs} says nobody asks. A gradient
   * may still have the broadcast shape; the tape sums it.
   *
   * @param upstream the gradient of each output; null where nothing depends on it
   */
  Tensor[] gradient(Call call, Tensor... upstream);
}
