package dev.tapedeck.ops;

import dev.tapedeck.tensor.Tensor;

/**
 * A differentiable computation, as tapes record it: an {@link Op}, or a function with a custom
 * gradient that was computed by other ops.
 */
public interface Differentiable {
  /** Returns the name, as it is printed in errors and graphs: {@code matmul}. */
  String name();

  /** Returns its side effect; none by default. */
  default Effect effect() {
    return Effect.NONE;
  }

  /**
   * Returns the gradient for each input, given that of each output, written with ops. An entry may
   * be null, where the input has no gradient or {@link Call#needs} is false. A gradient may have
   * the broadcast shape; the tape sums it.
   *
   * @param upstream the gradient of each output; null where the targets do not depend on it
   */
  Tensor[] gradient(Call call, Tensor... upstream);
}
