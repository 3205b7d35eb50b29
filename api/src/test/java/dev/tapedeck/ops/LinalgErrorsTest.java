package dev.tapedeck.ops;

import static dev.tapedeck.ops.Refusals.ints;
import static dev.tapedeck.ops.Refusals.says;
import static dev.tapedeck.ops.Refusals.zeros;

import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.linalg.Decompositions;
import dev.tapedeck.ops.linalg.Determinants;
import dev.tapedeck.ops.linalg.Einsum;
import dev.tapedeck.ops.linalg.Linalg;
import dev.tapedeck.ops.linalg.Solving;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What linear algebra refuses, and the exact words. */
final class LinalgErrorsTest {
  private static final float[][] SINGULAR = {{1, 2}, {2, 4}};

  /** Unit matrices, of which the one at [1, 2] is all zeros. */
  private static Tensor batchWithOneSingular() {
    Tensor units = Shaping.broadcastTo(Creation.eye(2, 2, DType.FLOAT32), 2, 3, 2, 2);
    float[] kept = {1, 1, 1, 1, 1, 0};
    return units.mul(Tensor.of(kept, 2, 3, 1, 1));
  }

  @TestFactory
  Stream<DynamicTest> products() {
    return Stream.of(
        says(
            "matmul: needs matrices [.., m, k] and [.., k, n], received (2, 3) and (3,); use matvec"
                + " for a matrix and a vector, dot for two vectors",
            () -> zeros(2, 3).matmul(zeros(3))),
        says(
            "matmul: batch axes differ: shapes (2,) and (3,) do not broadcast: 2 against 3; sizes"
                + " must be equal, or one of them 1",
            () -> zeros(2, 3, 4).matmul(zeros(3, 4, 5))),
        says(
            "matmul: inner dimensions differ: (2, 3, 4) x (5, 6) needs 4 == 5; transpose an operand"
                + " or change the layer's units",
            () -> zeros(2, 3, 4).matmul(zeros(5, 6))),
        says(
            "matvec: needs [.., m, k] and [.., k], received (2, 3) and (2,)",
            () -> Linalg.matvec(zeros(2, 3), zeros(2))),
        says(
            "matvec: needs [.., m, k] and [.., k], received (3,) and (3,)",
            () -> Linalg.matvec(zeros(3), zeros(3))),
        says(
            "matvec: batch axes differ: shapes (2,) and (3,) do not broadcast: 2 against 3; sizes"
                + " must be equal, or one of them 1",
            () -> Linalg.matvec(zeros(2, 4, 5), zeros(3, 5))),
        says(
            "dot: axes [0] of (3,) and [0] of (4,) must be as many, each once, and of equal sizes",
            () -> Linalg.dot(zeros(3), zeros(4))),
        says(
            "dot: element types differ: float32 and int32; cast one, as cast(x, DType.FLOAT32)",
            () -> Linalg.dot(zeros(3), ints(3))),
        says(
            "trace: needs a matrix, or a batch of them, received (3,)",
            () -> Linalg.trace(zeros(3))),
        says(
            "matrixTranspose: needs a matrix, or a batch of them, received ()",
            () -> Linalg.matrixTranspose(1)),
        says(
            "tensordot: (2, 3) and (3,) do not both have 2 axes",
            () -> Einsum.tensordot(zeros(2, 3), zeros(3), 2)),
        says(
            "tensordot: axes [1] of (2, 3) and [0] of (4,) must be as many, each once, and of equal"
                + " sizes",
            () -> Einsum.tensordot(zeros(2, 3), zeros(4), 1)),
        says(
            "tensordot: axes [1, -1] of (2, 3) and [0, 1] of (3, 3) must be as many, each once, and"
                + " of equal sizes",
            () -> Einsum.tensordot(zeros(2, 3), zeros(3, 3), new int[] {1, -1}, new int[] {0, 1})),
        says(
            "tensordot: axes [1] of (2, 3) and [] of (3, 3) must be as many, each once, and of equal"
                + " sizes",
            () -> Einsum.tensordot(zeros(2, 3), zeros(3, 3), new int[] {1}, new int[0])),
        says(
            "tensordot: axis must be in [-2, 2) for shape (2, 3), received 2",
            () -> Einsum.tensordot(zeros(2, 3), zeros(3), new int[] {2}, new int[] {0})));
  }

  @TestFactory
  Stream<DynamicTest> equations() {
    String form = ": expected letters for the axes of each operand, as in ij,jk->ik";
    return Stream.of(
        says("einsum: equation \"i.j->i\"" + form, () -> Einsum.einsum("i.j->i", zeros(2, 3))),
        says("einsum: equation \"1j->j\"" + form, () -> Einsum.einsum("1j->j", zeros(2, 3))),
        says("einsum: equation \"i->i->i\"" + form, () -> Einsum.einsum("i->i->i", zeros(2))),
        says("einsum: equation \"...i...\"" + form, () -> Einsum.einsum("...i...", zeros(2))),
        says(
            "einsum: equation \"ij,jk\": expected 2 operands, received 1",
            () -> Einsum.einsum("ij,jk", zeros(2, 3))),
        says(
            "einsum: equation \"\": expected 1 operands, received 0",
            () -> Einsum.einsum("", new Object[0])),
        says(
            "einsum: equation \"ijk\": operand 0 has shape (2, 3), which ijk does not fit",
            () -> Einsum.einsum("ijk", zeros(2, 3))),
        says(
            "einsum: equation \"i,i\": operand 1 has shape (2, 3), which i does not fit",
            () -> Einsum.einsum("i,i", zeros(2), zeros(2, 3))),
        says(
            "einsum: equation \"ijk...\": operand 0 has shape (2, 3), which ijk... does not fit",
            () -> Einsum.einsum("ijk...", zeros(2, 3))),
        says(
            "einsum: equation \"ij->k\": the output names k, which no operand has",
            () -> Einsum.einsum("ij->k", zeros(2, 3))),
        says(
            "einsum: equation \"i->ii\": the output names i twice",
            () -> Einsum.einsum("i->ii", zeros(2))),
        says(
            "einsum: equation \"...i->i\": the output needs the ... of the operands; sum over axes"
                + " with letters",
            () -> Einsum.einsum("...i->i", zeros(2, 3))),
        says(
            "einsum: equation \"ij,jk\": axis j is of size 3, and of size 4 in operand 1 of shape"
                + " (4, 2)",
            () -> Einsum.einsum("ij,jk", zeros(2, 3), zeros(4, 2))),
        says(
            "einsum: equation \"ij,jk\": axis j is of size 1, and of size 3 in operand 1 of shape"
                + " (3, 2)",
            () -> Einsum.einsum("ij,jk", zeros(2, 1), zeros(3, 2))),
        says(
            "einsum: equation \"ii\": axis i is of size 2, and of size 3 in operand 0 of shape (2,"
                + " 3)",
            () -> Einsum.einsum("ii", zeros(2, 3))),
        says(
            "einsum: equation \"...i,...i\": axis ... is of size 2, and of size 3 in operand 1 of"
                + " shape (3, 4)",
            () -> Einsum.einsum("...i,...i", zeros(2, 4), zeros(3, 4))));
  }

  @TestFactory
  Stream<DynamicTest> factorizations() {
    return Stream.of(
        says("inverse: needs square matrices, received (2, 3)", () -> Solving.inverse(zeros(2, 3))),
        says("det: needs square matrices, received (3, 2)", () -> Determinants.det(zeros(3, 2))),
        says(
            "slogdet: needs a matrix, or a batch of them, received (2,)",
            () -> Determinants.slogdet(zeros(2))),
        says(
            "cholesky: needs square matrices, received (3, 2)",
            () -> Decompositions.cholesky(zeros(3, 2))),
        says(
            "eigh: needs square matrices, received (3, 2)", () -> Decompositions.eigh(zeros(3, 2))),
        says(
            "qr: needs a matrix, or a batch of them, received ()",
            () -> Decompositions.qr(Tensor.of(1f))),
        says(
            "svd: needs float32 or float64, received int32; cast it first",
            () -> Decompositions.svd(ints(2, 2))),
        says(
            "solve: a and b must have equal rows, received (2, 2) and (3, 1)",
            () -> Solving.solve(zeros(2, 2), zeros(3, 1))),
        says(
            "solve: needs a matrix, or a batch of them, received (2,)",
            () -> Solving.solve(zeros(2, 2), zeros(2))),
        says(
            "triangularSolve: needs square matrices, received (2, 3)",
            () -> Solving.triangularSolve(zeros(2, 3), zeros(2, 1), true, false)),
        says(
            "solve: batch axes differ: shapes (2,) and (3,) do not broadcast: 2 against 3; sizes must"
                + " be equal, or one of them 1",
            () -> Solving.solve(zeros(2, 2, 2), zeros(3, 2, 1))),
        says(
            "choleskySolve: needs square matrices, received (2, 3)",
            () -> Solving.choleskySolve(zeros(2, 3), zeros(2, 1))),
        says(
            "lstsq: a and b must have equal rows, received (4, 2) and (2, 1)",
            () -> Solving.lstsq(zeros(4, 2), zeros(2, 1))),
        says(
            "svd: the smaller side of a matrix is at most 20000, received (20001, 20001)",
            () -> Decompositions.svd(Shaping.broadcastTo(zeros(), 20001, 20001))),
        says(
            "inverse: a matrix has at most 2147483647 elements, received (50000, 50000)",
            () -> Solving.inverse(Shaping.broadcastTo(zeros(), 50000, 50000))),
        says("inverse: the matrix is singular; see pinv", () -> Solving.inverse(SINGULAR)),
        says(
            "inverse: the matrix at batch index [1, 2] is singular; see pinv",
            () -> Solving.inverse(batchWithOneSingular())),
        says(
            "solve: the matrix at batch index [1, 2] is singular; see pinv",
            () -> Solving.solve(batchWithOneSingular(), zeros(2, 1))),
        says(
            "triangularSolve: the matrix at batch index [1, 2] has a 0 on its diagonal",
            () -> Solving.triangularSolve(batchWithOneSingular(), zeros(2, 1), true, false)),
        says(
            "cholesky: the matrix at batch index [1, 2] is not positive definite",
            () -> Decompositions.cholesky(batchWithOneSingular())),
        says(
            "cholesky: the matrix is not positive definite",
            () -> Decompositions.cholesky(SINGULAR)));
  }
}
