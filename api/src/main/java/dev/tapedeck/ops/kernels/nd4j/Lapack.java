package dev.tapedeck.ops.kernels.nd4j;

import static dev.tapedeck.ops.kernels.nd4j.MatrixMemory.allocateOne;
import static dev.tapedeck.ops.kernels.nd4j.MatrixMemory.clear;
import static dev.tapedeck.ops.kernels.nd4j.MatrixMemory.count;
import static dev.tapedeck.ops.kernels.nd4j.MatrixMemory.doubles;
import static dev.tapedeck.ops.kernels.nd4j.MatrixMemory.floats;
import static dev.tapedeck.ops.kernels.nd4j.MatrixMemory.ints;
import static dev.tapedeck.ops.kernels.nd4j.MatrixMemory.isDouble;
import static dev.tapedeck.ops.kernels.nd4j.MatrixMemory.isFinite;
import static dev.tapedeck.ops.kernels.nd4j.MatrixMemory.matrix;
import static dev.tapedeck.ops.kernels.nd4j.MatrixMemory.part;
import static dev.tapedeck.ops.kernels.nd4j.MatrixMemory.size;
import static org.bytedeco.openblas.global.openblas.LAPACKE_dgeqrf;
import static org.bytedeco.openblas.global.openblas.LAPACKE_dgesdd;
import static org.bytedeco.openblas.global.openblas.LAPACKE_dgetrf2;
import static org.bytedeco.openblas.global.openblas.LAPACKE_dgetrs;
import static org.bytedeco.openblas.global.openblas.LAPACKE_dorgqr;
import static org.bytedeco.openblas.global.openblas.LAPACKE_dpotrf;
import static org.bytedeco.openblas.global.openblas.LAPACKE_dsyevd;
import static org.bytedeco.openblas.global.openblas.LAPACKE_dtrtrs;
import static org.bytedeco.openblas.global.openblas.LAPACKE_set_nancheck;
import static org.bytedeco.openblas.global.openblas.LAPACKE_sgeqrf;
import static org.bytedeco.openblas.global.openblas.LAPACKE_sgesdd;
import static org.bytedeco.openblas.global.openblas.LAPACKE_sgetrf2;
import static org.bytedeco.openblas.global.openblas.LAPACKE_sgetrs;
import static org.bytedeco.openblas.global.openblas.LAPACKE_sorgqr;
import static org.bytedeco.openblas.global.openblas.LAPACKE_spotrf;
import static org.bytedeco.openblas.global.openblas.LAPACKE_ssyevd;
import static org.bytedeco.openblas.global.openblas.LAPACKE_strtrs;
import static org.bytedeco.openblas.global.openblas.LAPACK_ROW_MAJOR;

import dev.tapedeck.ops.kernels.Factorizations;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;

/** Factorizations by OpenBLAS's LAPACK, on copies, one matrix of a batch at a time. */
final class Lapack implements Factorizations {
  /** Created on first use, which loads a library of many megabytes. */
  static final Lapack INSTANCE = new Lapack();

  private static final int ROWS = LAPACK_ROW_MAJOR;

  static {
    // LAPACKE's check would refuse NaN in b, where the result is NaN; matrices are checked here.
    LAPACKE_set_nancheck(0);
  }

  private Lapack() {}

  private static boolean failed(String routine, int info) {
    if (info < 0) {
      throw new IllegalStateException(
          "LAPACK's " + routine + " failed with " + info + "; is there memory for its work?");
    }
    return info > 0;
  }

  @Override
  public void lu(EagerTensor a, EagerTensor factors, EagerTensor pivots) {
    for (long i = 0; i < count(a, 2); i++) {
      EagerTensor square = matrix(factors, i);
      Elements.copy(matrix(a, i), square);
      EagerTensor exchanges = part(pivots, 1, i);
      if (isFinite(square)) {
        factor(square, exchanges); // also of singular matrices, for determinants
      } else {
        Elements.fill(square, Double.NaN);
        Elements.fill(exchanges, 1);
      }
    }
  }

  /**
   * Computes LU factors in place and returns whether their diagonal has a 0. Not by getrf:
   * OpenBLAS's takes half a megabyte of stack for each step of its recursion, and a Java thread has
   * one megabyte.
   */
  private static boolean factor(EagerTensor a, EagerTensor pivots) {
    int n = size(a, 0);
    return failed(
        "getrf2",
        isDouble(a)
            ? LAPACKE_dgetrf2(ROWS, n, n, doubles(a), n, ints(pivots))
            : LAPACKE_sgetrf2(ROWS, n, n, floats(a), n, ints(pivots)));
  }

  @Override
  public long solve(EagerTensor a, boolean transpose, EagerTensor b, EagerTensor x) {
    EagerTensor square = allocateOne(a);
    int n = size(square, 0);
    int columns = size(x, -1);
    EagerTensor pivots = EagerTensor.allocate(new TensorSpec(DType.INT32, Shape.of(n)));
    byte transposed = (byte) (transpose ? 'T' : 'N');
    long singular = -1;
    long factored = -1;
    boolean finite = true;
    for (long i = 0; i < count(x, 2) && singular < 0; i++) {
      EagerTensor one = matrix(a, i);
      if (i == 0 || one.offset() != factored) { // a broadcast batch repeats its matrices
        Elements.copy(one, square);
        factored = one.offset();
        finite = isFinite(square);
        singular = finite && factor(square, pivots) ? i : -1;
      }
      EagerTensor right = matrix(x, i);
      Elements.copy(matrix(b, i), right);
      if (!finite) {
        Elements.fill(right, Double.NaN);
      } else if (singular < 0) {
        int info =
            isDouble(a)
                ? LAPACKE_dgetrs(
                    ROWS,
                    transposed,
                    n,
                    columns,
                    doubles(square),
                    n,
                    ints(pivots),
                    doubles(right),
                    columns)
                : LAPACKE_sgetrs(
                    ROWS,
                    transposed,
                    n,
                    columns,
                    floats(square),
                    n,
                    ints(pivots),
                    floats(right),
                    columns);
        failed("getrs", info);
      }
    }
    square.release();
    pivots.release();
    return singular;
  }

  @Override
  public long triangularSolve(
      EagerTensor a, boolean lower, boolean transpose, EagerTensor b, EagerTensor x) {
    EagerTensor square = allocateOne(a);
    int n = size(square, 0);
    int columns = size(x, -1);
    byte triangle = (byte) (lower ? 'L' : 'U');
    byte transposed = (byte) (transpose ? 'T' : 'N');
    byte unit = 'N';
    long singular = -1;
    for (long i = 0; i < count(x, 2) && singular < 0; i++) {
      Elements.copy(matrix(a, i), square);
      EagerTensor right = matrix(x, i);
      Elements.copy(matrix(b, i), right);
      int info =
          isDouble(a)
              ? LAPACKE_dtrtrs(
                  ROWS,
                  triangle,
                  transposed,
                  unit,
                  n,
                  columns,
                  doubles(square),
                  n,
                  doubles(right),
                  columns)
              : LAPACKE_strtrs(
                  ROWS,
                  triangle,
                  transposed,
                  unit,
                  n,
                  columns,
                  floats(square),
                  n,
                  floats(right),
                  columns);
      singular = failed("trtrs", info) ? i : -1;
    }
    square.release();
    return singular;
  }

  @Override
  public long cholesky(EagerTensor a, EagerTensor lower) {
    byte triangle = 'L';
    for (long i = 0; i < count(a, 2); i++) {
      EagerTensor square = matrix(lower, i);
      Elements.copy(matrix(a, i), square);
      clear(true, square);
      int n = size(square, 0);
      if (!isFinite(square)) {
        Elements.fill(square, Double.NaN);
      } else if (failed(
          "potrf",
          isDouble(a)
              ? LAPACKE_dpotrf(ROWS, triangle, n, doubles(square), n)
              : LAPACKE_spotrf(ROWS, triangle, n, floats(square), n))) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public void qr(EagerTensor a, EagerTensor q, EagerTensor r) {
    EagerTensor work = allocateOne(a);
    int rows = size(work, 0);
    int columns = size(work, 1);
    int rank = Math.min(rows, columns);
    EagerTensor scales = EagerTensor.allocate(new TensorSpec(a.dtype(), Shape.of(rank)));
    for (long i = 0; i < count(a, 2); i++) {
      Elements.copy(matrix(a, i), work);
      EagerTensor triangle = matrix(r, i);
      if (isFinite(work)) {
        failed(
            "geqrf",
            isDouble(a)
                ? LAPACKE_dgeqrf(ROWS, rows, columns, doubles(work), columns, doubles(scales))
                : LAPACKE_sgeqrf(ROWS, rows, columns, floats(work), columns, floats(scales)));
        Elements.copy(work.view(triangle.shape(), work.strides(), work.offset()), triangle);
        clear(false, triangle);
        failed(
            "orgqr",
            isDouble(a)
                ? LAPACKE_dorgqr(ROWS, rows, rank, rank, doubles(work), columns, doubles(scales))
                : LAPACKE_sorgqr(ROWS, rows, rank, rank, floats(work), columns, floats(scales)));
      } else {
        Elements.fill(work, Double.NaN);
        Elements.fill(triangle, Double.NaN);
      }
      EagerTensor basis = matrix(q, i);
      Elements.copy(work.view(basis.shape(), work.strides(), work.offset()), basis);
    }
    work.release();
    scales.release();
  }

  @Override
  public long svd(EagerTensor a, EagerTensor s, EagerTensor u, EagerTensor vt) {
    EagerTensor work = allocateOne(a);
    long diverged = -1;
    for (long i = 0; i < count(a, 2) && diverged < 0; i++) {
      Elements.copy(matrix(a, i), work);
      EagerTensor values = part(s, 1, i);
      // Without vectors, any memory of the right type will do: nothing is written.
      EagerTensor left = u == null ? values : matrix(u, i);
      EagerTensor right = u == null ? values : matrix(vt, i);
      if (isFinite(work)) {
        diverged = decompose((byte) (u == null ? 'N' : 'S'), work, values, left, right) ? i : -1;
      } else {
        Elements.fill(values, Double.NaN);
        Elements.fill(left, Double.NaN);
        Elements.fill(right, Double.NaN);
      }
    }
    work.release();
    return diverged;
  }

  private static boolean decompose(
      byte job, EagerTensor a, EagerTensor s, EagerTensor u, EagerTensor vt) {
    int rows = size(a, 0);
    int columns = size(a, 1);
    int rank = Math.min(rows, columns);
    return failed(
        "gesdd",
        isDouble(a)
            ? LAPACKE_dgesdd(
                ROWS,
                job,
                rows,
                columns,
                doubles(a),
                columns,
                doubles(s),
                doubles(u),
                rank,
                doubles(vt),
                columns)
            : LAPACKE_sgesdd(
                ROWS,
                job,
                rows,
                columns,
                floats(a),
                columns,
                floats(s),
                floats(u),
                rank,
                floats(vt),
                columns));
  }

  @Override
  public long eigh(EagerTensor a, EagerTensor values, EagerTensor vectors) {
    byte job = 'V';
    byte triangle = 'L';
    for (long i = 0; i < count(a, 2); i++) {
      EagerTensor square = matrix(vectors, i);
      EagerTensor spectrum = part(values, 1, i);
      Elements.copy(matrix(a, i), square);
      clear(true, square);
      int n = size(square, 0);
      if (!isFinite(square)) {
        Elements.fill(square, Double.NaN);
        Elements.fill(spectrum, Double.NaN);
      } else if (failed(
          "syevd",
          isDouble(a)
              ? LAPACKE_dsyevd(ROWS, job, triangle, n, doubles(square), n, doubles(spectrum))
              : LAPACKE_ssyevd(ROWS, job, triangle, n, floats(square), n, floats(spectrum)))) {
        return i;
      }
    }
    return -1;
  }
}
