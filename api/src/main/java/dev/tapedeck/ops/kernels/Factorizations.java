package dev.tapedeck.ops.kernels;

import dev.tapedeck.tensor.EagerTensor;

/**
 * Factors of matrices, and equations solved by them: a part of the {@link Kernels}.
 *
 * <p>Matrices are float32 or float64 and lie in the last two axes; the axes before them are equal.
 * The ops have checked all shapes. Inputs may be strided; outputs are contiguous and not empty.
 *
 * <p>Of a matrix with NaN or infinite elements all factors are NaN. A method that can fail returns
 * the number, in row-major order, of the first matrix of the batch that it fails for, else -1.
 */
public interface Factorizations {
  /**
   * Factors square matrices, with rows exchanged, into a unit lower and an upper triangle.
   *
   * @param factors both triangles
   * @param pivots for each row, int32, which one it was exchanged with, counted from 1
   */
  void lu(EagerTensor a, EagerTensor factors, EagerTensor pivots);

  /** Solves {@code a x = b}, or for the transposed {@code a}; fails where it is singular. */
  long solve(EagerTensor a, boolean transpose, EagerTensor b, EagerTensor x);

  /**
   * Solves {@code a x = b}, or for the transposed {@code a}, reading one triangle of {@code a};
   * fails where a diagonal has a 0.
   */
  long triangularSolve(
      EagerTensor a, boolean lower, boolean transpose, EagerTensor b, EagerTensor x);

  /** Factors into a lower triangle and its transpose; fails for what is not positive definite. */
  long cholesky(EagerTensor a, EagerTensor lower);

  /** Factors into orthonormal columns and an upper triangle. */
  void qr(EagerTensor a, EagerTensor q, EagerTensor r);

  /**
   * Factors into {@code u diag(s) vt}, the singular values falling; fails where it does not
   * converge.
   *
   * @param u null, as {@code vt}, to compute the singular values only
   */
  long svd(EagerTensor a, EagerTensor s, EagerTensor u, EagerTensor vt);

  /**
   * Computes rising eigenvalues, and eigenvectors in columns, of symmetric matrices, reading their
   * lower triangles; fails where it does not converge.
   */
  long eigh(EagerTensor a, EagerTensor values, EagerTensor vectors);
}
