package dev.tapedeck.ops;

import static dev.tapedeck.ops.MatrixReferences.both;
import static dev.tapedeck.ops.MatrixReferences.each;
import static dev.tapedeck.ops.MatrixReferences.map;
import static dev.tapedeck.ops.MatrixReferences.matrix;
import static dev.tapedeck.ops.MatrixReferences.times;
import static dev.tapedeck.ops.MatrixReferences.transpose;
import static dev.tapedeck.testing.OpCheck.op;
import static dev.tapedeck.testing.Operand.real;
import static dev.tapedeck.testing.Types.WIDE_FLOATING;

import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.linalg.Decompositions;
import dev.tapedeck.ops.linalg.Decompositions.Eigh;
import dev.tapedeck.ops.linalg.Decompositions.Qr;
import dev.tapedeck.ops.linalg.Decompositions.Svd;
import dev.tapedeck.ops.linalg.Determinants;
import dev.tapedeck.ops.linalg.Linalg;
import dev.tapedeck.ops.linalg.Solving;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.Grid;
import dev.tapedeck.testing.OpCheck;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * Factorizations of matrices, and what follows from them. Operands are made well-conditioned, and
 * vectors with arbitrary signs are looked at without them.
 */
final class FactorizationTable {
  private FactorizationTable() {}

  static final List<OpCheck> ROWS =
      List.of(
          square("inverse", x -> Solving.inverse(regular(x)))
              .matches(each(x -> MatrixReferences.inverse(regular(x)))),
          square("det", x -> Determinants.det(regular(x)))
              .matches(each(2, x -> scalar(MatrixReferences.determinant(regular(x))))),
          square("slogdet", x -> Determinants.slogdet(regular(x)).logAbsDet())
              .matches(
                  each(
                      2,
                      x -> scalar(Math.log(Math.abs(MatrixReferences.determinant(regular(x))))))),
          square("slogdet sign", x -> Determinants.slogdet(regular(x)).sign())
              .matches(each(2, x -> scalar(Math.signum(MatrixReferences.determinant(regular(x)))))),
          equations("solve", (a, b) -> Solving.solve(regular(a), b))
              .matches(both((a, b) -> MatrixReferences.solve(regular(a), b))),
          equations("solve transposed", (a, b) -> Solving.solve(regular(a), b, true))
              .matches(both((a, b) -> MatrixReferences.solve(transpose(regular(a)), b))),
          triangular(true, false),
          triangular(true, true),
          triangular(false, false),
          triangular(false, true),
          square("cholesky", x -> Decompositions.cholesky(definite(x)))
              .matches(each(x -> MatrixReferences.cholesky(definite(x)))),
          equations("choleskySolve", (a, b) -> Solving.choleskySolve(lower(a), b))
              .matches(both((a, b) -> MatrixReferences.solve(definite(a), b))),
          oblong("qr q", x -> Maths.abs(qr(x).q()))
              .matches(each(x -> map(MatrixReferences.orthonormal(steep(x)), Math::abs))),
          oblong("qr r", x -> Maths.abs(qr(x).r()))
              .matches(
                  each(
                      x ->
                          map(
                              upper(
                                  times(
                                      transpose(MatrixReferences.orthonormal(steep(x))), steep(x))),
                              Math::abs))),
          oblong("qr multiplied", x -> Linalg.matmul(qr(x).q(), qr(x).r()))
              .matches(each(FactorizationTable::steep)),
          oblong("svd s", x -> Decompositions.svd(steep(x)).s())
              .matches(each(1, x -> MatrixReferences.svd(steep(x))[1])),
          oblong("svd u", x -> Maths.abs(Decompositions.svd(steep(x)).u()))
              .matches(each(x -> map(MatrixReferences.svd(steep(x))[0], Math::abs))),
          oblong("svd v", x -> Maths.abs(Decompositions.svd(steep(x)).v()))
              .matches(each(x -> map(MatrixReferences.svd(steep(x))[2], Math::abs))),
          oblong("svd multiplied", x -> multiplied(Decompositions.svd(steep(x))))
              .matches(each(FactorizationTable::steep)),
          oblong("singularValues", x -> Decompositions.singularValues(steep(x)))
              .matches(each(1, x -> MatrixReferences.svd(steep(x))[1])),
          square("eigh values", x -> eigh(x).values())
              .matches(each(1, x -> matrix(1, x.length, (i, j) -> eigenvalue(x, j)))),
          square("eigh vectors", x -> Maths.abs(eigh(x).vectors()))
              .matches(
                  each(x -> matrix(x.length, x.length, (i, j) -> Math.abs(eigenvector(x, i, j))))),
          square("eigh multiplied", x -> multiplied(eigh(x)))
              .matches(each(FactorizationTable::symmetric)),
          op("lstsq", (a, b) -> Solving.lstsq(steep(Operands.tensor(a)), b))
              .on(real(4, 3), real(4, 2))
              .on(real(3, 3), real(3, 1))
              .on(real(2, 4, 2), real(2, 4, 1))
              .takes(WIDE_FLOATING)
              .within(64)
              .matches(both((a, b) -> times(MatrixReferences.pseudoInverse(steep(a)), b))),
          op("lstsq of wide matrices", (a, b) -> Solving.lstsq(steep(Operands.tensor(a)), b))
              .on(real(2, 3), real(2, 2))
              .on(real(2, 2, 4), real(2, 2, 1))
              .takes(WIDE_FLOATING)
              .within(64)
              .matches(both((a, b) -> times(MatrixReferences.pseudoInverse(steep(a)), b))),
          oblong("pinv", x -> Solving.pinv(steep(x)))
              .matches(each(x -> MatrixReferences.pseudoInverse(steep(x)))));

  private interface Unary {
    Tensor of(Tensor x);
  }

  private interface Binary {
    Tensor of(Tensor a, Tensor b);
  }

  private static OpCheck square(String name, Unary function) {
    return op(name, x -> function.of(Operands.tensor(x)))
        .on(real(3, 3))
        .on(real(1, 1))
        .on(real(2, 2, 4, 4))
        .on(real(0, 3, 3))
        .on(real(0, 0))
        .takes(WIDE_FLOATING)
        .within(64);
  }

  private static OpCheck oblong(String name, Unary function) {
    return op(name, x -> function.of(Operands.tensor(x)))
        .on(real(3, 3))
        .on(real(4, 3))
        .on(real(3, 5))
        .on(real(2, 4, 2))
        .on(real(2, 2, 2, 3))
        .on(real(0, 3, 2))
        .takes(WIDE_FLOATING)
        .within(64);
  }

  private static OpCheck equations(String name, Binary function) {
    return op(name, (a, b) -> function.of(Operands.tensor(a), Operands.tensor(b)))
        .on(real(3, 3), real(3, 2))
        .on(real(1, 1), real(1, 1))
        .on(real(2, 2, 4, 4), real(2, 2, 4, 1))
        .on(real(3, 3), real(2, 3, 2))
        .on(real(2, 1, 3, 3), real(2, 3, 2))
        .on(real(0, 3, 3), real(3, 2))
        .takes(WIDE_FLOATING)
        .within(64);
  }

  private static OpCheck triangular(boolean lower, boolean transpose) {
    return equations(
            "triangularSolve" + (lower ? " lower" : " upper") + (transpose ? " transposed" : ""),
            (a, b) -> Solving.triangularSolve(regular(a), b, lower, transpose))
        .matches(
            both(
                (a, b) -> {
                  double[][] triangle =
                      lower ? transpose(upper(transpose(regular(a)))) : upper(regular(a));
                  return MatrixReferences.solve(transpose ? transpose(triangle) : triangle, b);
                }));
  }

  private static double[][] scalar(double x) {
    return new double[][] {{x}};
  }

  private static double[][] upper(double[][] x) {
    return matrix(x.length, x.length == 0 ? 0 : x[0].length, (i, j) -> i <= j ? x[i][j] : 0);
  }

  /** Adds a diagonal to a matrix; leaves a type that is to be refused alone. */
  private static Tensor plus(Tensor x, IntUnaryOperator diagonal) {
    int[] shape = {(int) x.shape().size(-2), (int) x.shape().size(-1)};
    Grid added = Grid.of(shape, i -> i[0] == i[1] ? diagonal.applyAsInt(i[0]) : 0);
    return WIDE_FLOATING.accepts(x.dtype()) ? x.add(added.tensor(x.dtype())) : x;
  }

  private static Tensor regular(Tensor x) {
    return plus(x, i -> 4);
  }

  private static double[][] regular(double[][] x) {
    return MatrixReferences.plus(x, 4);
  }

  private static Tensor definite(Tensor x) {
    return WIDE_FLOATING.accepts(x.dtype()) ? plus(Linalg.matmul(x, x, false, true), i -> 3) : x;
  }

  private static Tensor lower(Tensor x) {
    return WIDE_FLOATING.accepts(x.dtype()) ? Decompositions.cholesky(definite(x)) : x;
  }

  private static double[][] definite(double[][] x) {
    return MatrixReferences.plus(times(x, transpose(x)), 3);
  }

  /** Makes the singular values differ. */
  private static Tensor steep(Tensor x) {
    return plus(x, i -> 2 * (i + 1));
  }

  private static double[][] steep(double[][] x) {
    return matrix(
        x.length, x.length == 0 ? 0 : x[0].length, (i, j) -> x[i][j] + (i == j ? 2 * (i + 1) : 0));
  }

  private static Qr qr(Tensor x) {
    return Decompositions.qr(steep(x));
  }

  private static Tensor multiplied(Svd svd) {
    return Linalg.matmul(svd.u().mul(Shaping.expandDims(svd.s(), -2)), svd.v(), false, true);
  }

  private static Eigh eigh(Tensor x) {
    return Decompositions.eigh(symmetric(x));
  }

  private static Tensor multiplied(Eigh eigh) {
    Tensor scaled = eigh.vectors().mul(Shaping.expandDims(eigh.values(), -2));
    return Linalg.matmul(scaled, eigh.vectors(), false, true);
  }

  private static Tensor symmetric(Tensor x) {
    return WIDE_FLOATING.accepts(x.dtype())
        ? plus(x.add(Linalg.matrixTranspose(x)), i -> 4 * i - 6)
        : x;
  }

  private static double[][] symmetric(double[][] x) {
    return matrix(x.length, x.length, (i, j) -> x[i][j] + x[j][i] + (i == j ? 4 * i - 6 : 0));
  }

  /** Of a symmetric matrix made positive definite the singular value decomposition is this one. */
  private static double[][][] shifted(double[][] x) {
    return MatrixReferences.svd(MatrixReferences.plus(symmetric(x), 20));
  }

  private static double eigenvalue(double[][] x, int number) {
    return shifted(x)[1][0][x.length - 1 - number] - 20;
  }

  private static double eigenvector(double[][] x, int row, int number) {
    return shifted(x)[0][row][x.length - 1 - number];
  }
}
