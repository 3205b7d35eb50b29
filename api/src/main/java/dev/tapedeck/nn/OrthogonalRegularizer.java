package dev.tapedeck.nn;

import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.array.Reductions;
import dev.tapedeck.ops.linalg.Linalg;
import dev.tapedeck.ops.neural.Normalization;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Tensor;
import java.util.Objects;

/**
 * The penalty {@code factor} times the mean absolute cosine between different rows of a matrix, or
 * between different columns; 0 if there is but one.
 *
 * @param factor factor, 0 or more
 * @param mode vectors that are to be orthogonal
 */
public record OrthogonalRegularizer(double factor, Mode mode) implements Regularizer {
  /** The square of the least length that a vector is divided by. */
  private static final double EPSILON = 1e-14;

  /** The vectors of a matrix. */
  public enum Mode {
    /** The rows. */
    ROWS,
    /** The columns. */
    COLUMNS
  }

  /** Checks the factor. */
  public OrthogonalRegularizer {
    Parameters.notNegative(this, "factor", factor);
    Objects.requireNonNull(mode, "OrthogonalRegularizer: mode");
  }

  /**
   * Returns the penalty.
   *
   * @throws IllegalArgumentException if the weights are not a matrix
   */
  @Override
  public Tensor of(Tensor weights) {
    if (weights.shape().rank() != 2) {
      throw Parameters.refusal(
          this, "needs weights of rank 2", weights.shape(), "reshape them to a matrix");
    }
    boolean rows = mode == Mode.ROWS;
    Tensor unit = Normalization.l2Normalize(weights, rows ? 1 : 0, EPSILON);
    Tensor cosines = Linalg.matmul(unit, unit, !rows, rows);
    long count = weights.shape().size(rows ? 0 : 1);
    Tensor others = Creation.eye(count, count, weights.dtype()).neg().add(1);
    double pairs = Math.max(1, count * (count - 1.0));
    return Reductions.sum(Maths.abs(cosines.mul(others))).mul(factor / pairs);
  }
}
