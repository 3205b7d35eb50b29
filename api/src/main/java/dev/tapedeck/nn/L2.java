package dev.tapedeck.nn;

import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Tensor;

/**
 * The penalty {@code l2 * sum(w²)}.
 *
 * @param l2 factor, 0 or more
 */
public record L2(double l2) implements Regularizer {
  /** Checks the factor. */
  public L2 {
    Parameters.notNegative(this, "l2", l2);
  }

  @Override
  public Tensor of(Tensor weights) {
    return Reductions.sum(Maths.square(weights)).mul(l2);
  }
}
