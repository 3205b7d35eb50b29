package dev.tapedeck.nn;

import dev.tapedeck.tensor.Tensor;

/**
 * The penalty {@code l1 * sum(abs(w)) + l2 * sum(w²)}; a factor of 0 leaves its term out.
 *
 * @param l1 factor of the absolute values, 0 or more
 * @param l2 factor of the squares, 0 or more
 */
public record L1L2(double l1, double l2) implements Regularizer {
  /** Checks the factors. */
  public L1L2 {
    Parameters.notNegative(this, "l1", l1);
    Parameters.notNegative(this, "l2", l2);
  }

  @Override
  public Tensor of(Tensor weights) {
    Tensor penalty = Tensor.zeros(weights.dtype());
    if (l1 != 0) {
      penalty = penalty.add(new L1(l1).of(weights));
    }
    return l2 == 0 ? penalty : penalty.add(new L2(l2).of(weights));
  }
}
