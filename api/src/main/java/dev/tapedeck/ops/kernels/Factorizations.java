package dev.tapedeck.ops.kernels;

import dev.tapedeck.tensor.EagerTensor;

/**
 * Kernels for matrix factorizations and linear systems, a part of {@link Kernels}.
 *
 * <p>Matrices are float32 or float64 and lie in the last two axes; the axes before them are equal.
 * The ops have checked all shapes. Inputs may be strided; outputs are contiguous and not empty.
 *
 * <p>All factors of a matrix with NaN or infinite elements are NaN. A method that can fail returns
 * the row-major index of the first matrix of the batch that it fails for, else -1.
 */
public interface Factorizations {
  /**
   * Computes the LU factorization of square matrices with row exchanges: a unit lower and an upper
   * triangle.
   *
   * @param factors both triangles
   * @param pivots for each row, int32, the row that it was exchanged with, counted from 1
   */
  void lu(EagerTensor a, EagerTensor factors, EagerTensor pivots);

  /** Solves {@code a x = b}, or for the transposed {@code a}; fails where it is singular. */
  long solve(EagerTensor a, boolean transpose, EagerTensor b, EagerTensor x);

  /**
   * Solves {@code a x = b}, or for the transposed {@code a}, reading one triangle of {@code a};
   * fails for a 0 on the diagonal.
   */
  long triangularSolve(
      EagerTensor a, boolean lower, boolean transpose, EagerTensor b, EagerTensor x);

  /**
   * Computes the Cholesky factorization, a lower triangle times its transpose; fails for a matrix
   * that is not positive definite.
   */
  long cholesky(EagerTensor a, EagerTensor lower);

  /** Computes the QR factorization, orthonormal columns times an upper triangle. */
  void qr(EagerTensor a, EagerTensor q, EagerTensor r);

  /**
   * Computes the singular value decomposition {@code u diag(s) vt}, the singular values descending;
   * fails where it does not converge.
   *
   * @param u null, as {@code vt}, to compute the singular values only
   */
  long svd(EagerTensor a, EagerTensor s, EagerTensor u, EagerTensor vt);

  /**
   * Computes the ascending eigenvalues and the eigenvectors, in columns, of symmetric matrices,
   * reading their lower triangles; fails where it does not converge.
   */
  long eigh(EagerTensor a, EagerTensor values, EagerTensor vectors);
}
