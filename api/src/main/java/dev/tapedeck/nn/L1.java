package dev.tapedeck.nn;

import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Tensor;

/**
 * The penalty {@code l1 * sum(abs(w))}, whose gradient at 0 is 0.
 *
 * @param l1 factor, 0 or more
 */
public record L1(double l1) implements Regularizer {
  /** Checks the factor. */
  public L1 {
    Parameters.notNegative(this, "l1", l1);
  }

  @Override
  public Tensor of(Tensor weights) {
    return Reductions.sum(Maths.abs(weights)).mul(l1);
  }
}
