package dev.tapedeck.ops;

import static dev.tapedeck.ops.Refusals.ints;
import static dev.tapedeck.ops.Refusals.says;
import static dev.tapedeck.ops.Refusals.zeros;

import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.linalg.Complex;
import dev.tapedeck.ops.linalg.Decompositions;
import dev.tapedeck.ops.linalg.Determinants;
import dev.tapedeck.ops.linalg.Einsum;
import dev.tapedeck.ops.linalg.Fourier;
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
            "matmul: batch axes differ: shapes must broadcast, received (2,) and (3,),"
                + " 2 against 3; make those sizes equal, or one of them 1",
            () -> zeros(2, 3, 4).matmul(zeros(3, 4, 5))),
        says(
            "matmul: inner dimensions must be equal, received (2, 3, 4) x (5, 6), 4"
                + " against 5; transpose an operand or change the layer's units",
            () -> zeros(2, 3, 4).matmul(zeros(5, 6))),
        says(
            "matvec: needs [.., m, k] and [.., k], received (2, 3) and (2,); transpose"
                + " the matrix, or use matmul for two matrices",
            () -> Linalg.matvec(zeros(2, 3), zeros(2))),
        says(
            "matvec: needs [.., m, k] and [.., k], received (3,) and (3,); transpose"
                + " the matrix, or use matmul for two matrices",
            () -> Linalg.matvec(zeros(3), zeros(3))),
        says(
            "matvec: batch axes differ: shapes must broadcast, received (2,) and (3,),"
                + " 2 against 3; make those sizes equal, or one of them 1",
            () -> Linalg.matvec(zeros(2, 4, 5), zeros(3, 5))),
        says(
            "dot: axes must be as many, each once, and of equal sizes, received [0] of"
                + " (3,) and [0] of (4,); name pairs of axes in the same order",
            () -> Linalg.dot(zeros(3), zeros(4))),
        says(
            "dot: element types must be equal, received float32 and int32; cast one, as"
                + " cast(x, DType.FLOAT32)",
            () -> Linalg.dot(zeros(3), ints(3))),
        says(
            "trace: needs a matrix, or a batch of them, received (3,); add an axis with"
                + " expandDims",
            () -> Linalg.trace(zeros(3))),
        says(
            "matrixTranspose: needs a matrix, or a batch of them, received (); add an"
                + " axis with expandDims",
            () -> Linalg.matrixTranspose(1)),
        says(
            "tensordot: the number of axes must be in [0, 1] for (2, 3) and (3,),"
                + " received 2; sum over axes that both have",
            () -> Einsum.tensordot(zeros(2, 3), zeros(3), 2)),
        says(
            "tensordot: axes must be as many, each once, and of equal sizes, received"
                + " [1] of (2, 3) and [0] of (4,); name pairs of axes in the same order",
            () -> Einsum.tensordot(zeros(2, 3), zeros(4), 1)),
        says(
            "tensordot: axes must be as many, each once, and of equal sizes, received"
                + " [1, -1] of (2, 3) and [0, 1] of (3, 3); name pairs of axes in the same"
                + " order",
            () -> Einsum.tensordot(zeros(2, 3), zeros(3, 3), new int[] {1, -1}, new int[] {0, 1})),
        says(
            "tensordot: axes must be as many, each once, and of equal sizes, received"
                + " [1] of (2, 3) and [] of (3, 3); name pairs of axes in the same order",
            () -> Einsum.tensordot(zeros(2, 3), zeros(3, 3), new int[] {1}, new int[0])),
        says(
            "tensordot: axis must be in [-2, 2) for shape (2, 3), received 2; choose"
                + " one of its axes; negative ones count from the end",
            () -> Einsum.tensordot(zeros(2, 3), zeros(3), new int[] {2}, new int[] {0})));
  }

  @TestFactory
  Stream<DynamicTest> equations() {
    String form =
        "einsum: needs letters for the axes of each operand, as in ij,jk->ik, received \"%s\";"
            + " write commas between operands, and -> before the output";
    return Stream.of(
        says(form.formatted("i.j->i"), () -> Einsum.einsum("i.j->i", zeros(2, 3))),
        says(form.formatted("1j->j"), () -> Einsum.einsum("1j->j", zeros(2, 3))),
        says(form.formatted("i->i->i"), () -> Einsum.einsum("i->i->i", zeros(2))),
        says(form.formatted("...i..."), () -> Einsum.einsum("...i...", zeros(2))),
        says(
            "einsum: equation \"ij,jk\" needs 2 operands, received 1; give one for each"
                + " part between commas",
            () -> Einsum.einsum("ij,jk", zeros(2, 3))),
        says(
            "einsum: equation \"\" needs 1 operands, received 0; give one for each part"
                + " between commas",
            () -> Einsum.einsum("", new Object[0])),
        says(
            "einsum: equation \"ijk\" needs axes ijk of operand 0, received shape (2,"
                + " 3); name each axis, or write ... for those in front",
            () -> Einsum.einsum("ijk", zeros(2, 3))),
        says(
            "einsum: equation \"i,i\" needs axes i of operand 1, received shape (2, 3);"
                + " name each axis, or write ... for those in front",
            () -> Einsum.einsum("i,i", zeros(2), zeros(2, 3))),
        says(
            "einsum: equation \"ijk...\" needs axes ijk... of operand 0, received shape"
                + " (2, 3); name each axis, or write ... for those in front",
            () -> Einsum.einsum("ijk...", zeros(2, 3))),
        says(
            "einsum: equation \"ij->k\" needs an operand for each name in the output,"
                + " received k; leave it out, or name an operand's axis so",
            () -> Einsum.einsum("ij->k", zeros(2, 3))),
        says(
            "einsum: equation \"i->ii\" needs each name in the output once, received"
                + " ii; leave one i out; diag makes matrices of diagonals",
            () -> Einsum.einsum("i->ii", zeros(2))),
        says(
            "einsum: equation \"...i->i\" needs the ... of the operands in the output,"
                + " received i; write it, or name the axes to sum over by letters",
            () -> Einsum.einsum("...i->i", zeros(2, 3))),
        says(
            "einsum: equation \"ij,jk\" needs one size for axis j, received 3, and 4 in"
                + " operand 1 of shape (4, 2); name axes of other sizes by other letters, or"
                + " transpose the operand",
            () -> Einsum.einsum("ij,jk", zeros(2, 3), zeros(4, 2))),
        says(
            "einsum: equation \"ij,jk\" needs one size for axis j, received 1, and 3 in"
                + " operand 1 of shape (3, 2); name axes of other sizes by other letters, or"
                + " transpose the operand",
            () -> Einsum.einsum("ij,jk", zeros(2, 1), zeros(3, 2))),
        says(
            "einsum: equation \"ii\" needs one size for axis i, received 2, and 3 in"
                + " operand 0 of shape (2, 3); name axes of other sizes by other letters, or"
                + " transpose the operand",
            () -> Einsum.einsum("ii", zeros(2, 3))),
        says(
            "einsum: equation \"...i,...i\" needs one size for axis ..., received 2,"
                + " and 3 in operand 1 of shape (3, 4); name axes of other sizes by other"
                + " letters, or transpose the operand",
            () -> Einsum.einsum("...i,...i", zeros(2, 4), zeros(3, 4))));
  }

  @TestFactory
  Stream<DynamicTest> factorizations() {
    return Stream.of(
        says(
            "inverse: needs square matrices, received (2, 3); slice them; pinv, lstsq,"
                + " qr and svd take any",
            () -> Solving.inverse(zeros(2, 3))),
        says(
            "det: needs square matrices, received (3, 2); slice them; pinv, lstsq, qr"
                + " and svd take any",
            () -> Determinants.det(zeros(3, 2))),
        says(
            "slogdet: needs a matrix, or a batch of them, received (2,); add an axis"
                + " with expandDims",
            () -> Determinants.slogdet(zeros(2))),
        says(
            "cholesky: needs square matrices, received (3, 2); slice them; pinv, lstsq,"
                + " qr and svd take any",
            () -> Decompositions.cholesky(zeros(3, 2))),
        says(
            "eigh: needs square matrices, received (3, 2); slice them; pinv, lstsq, qr"
                + " and svd take any",
            () -> Decompositions.eigh(zeros(3, 2))),
        says(
            "qr: needs a matrix, or a batch of them, received (); add an axis with" + " expandDims",
            () -> Decompositions.qr(Tensor.of(1f))),
        says(
            "svd: needs float32 or float64, received int32; cast it first",
            () -> Decompositions.svd(ints(2, 2))),
        says(
            "solve: a and b must have equal rows, received (2, 2) and (3, 1); transpose"
                + " one, or give b a row for each row of a",
            () -> Solving.solve(zeros(2, 2), zeros(3, 1))),
        says(
            "solve: needs a matrix, or a batch of them, received (2,); add an axis with"
                + " expandDims",
            () -> Solving.solve(zeros(2, 2), zeros(2))),
        says(
            "triangularSolve: needs square matrices, received (2, 3); slice them; pinv,"
                + " lstsq, qr and svd take any",
            () -> Solving.triangularSolve(zeros(2, 3), zeros(2, 1), true, false)),
        says(
            "solve: batch axes differ: shapes must broadcast, received (2,) and (3,), 2"
                + " against 3; make those sizes equal, or one of them 1",
            () -> Solving.solve(zeros(2, 2, 2), zeros(3, 2, 1))),
        says(
            "choleskySolve: needs square matrices, received (2, 3); slice them; pinv,"
                + " lstsq, qr and svd take any",
            () -> Solving.choleskySolve(zeros(2, 3), zeros(2, 1))),
        says(
            "lstsq: a and b must have equal rows, received (4, 2) and (2, 1); transpose"
                + " one, or give b a row for each row of a",
            () -> Solving.lstsq(zeros(4, 2), zeros(2, 1))),
        says(
            "svd: the smaller side of a matrix is at most 20000, received (20001,"
                + " 20001); split it into blocks",
            () -> Decompositions.svd(Shaping.broadcastTo(zeros(), 20001, 20001))),
        says(
            "inverse: a matrix has at most 2147483647 elements, received (50000,"
                + " 50000); split it into blocks",
            () -> Solving.inverse(Shaping.broadcastTo(zeros(), 50000, 50000))),
        says(
            "inverse: needs an invertible matrix, received a singular one; use pinv",
            () -> Solving.inverse(SINGULAR)),
        says(
            "inverse: needs an invertible matrix, received a singular one at batch"
                + " index [1, 2]; use pinv",
            () -> Solving.inverse(batchWithOneSingular())),
        says(
            "solve: needs an invertible matrix, received a singular one at batch index"
                + " [1, 2]; use pinv",
            () -> Solving.solve(batchWithOneSingular(), zeros(2, 1))),
        says(
            "triangularSolve: needs a diagonal without 0, received a 0 at batch index"
                + " [1, 2]; use lstsq, or add a small number to the diagonal",
            () -> Solving.triangularSolve(batchWithOneSingular(), zeros(2, 1), true, false)),
        says(
            "cholesky: needs a positive definite matrix, received one that is not at"
                + " batch index [1, 2]; make it symmetric, and add a small multiple of eye",
            () -> Decompositions.cholesky(batchWithOneSingular())),
        says(
            "cholesky: needs a positive definite matrix, received one that is not; make"
                + " it symmetric, and add a small multiple of eye",
            () -> Decompositions.cholesky(SINGULAR)));
  }

  private static Complex complex(long... shape) {
    return Complex.ofReal(zeros(shape));
  }

  @TestFactory
  Stream<DynamicTest> fourierTransforms() {
    return Stream.of(
        says(
            "fft: needs float32 (2, 3), received float32 (2,); cast or reshape it",
            () -> Fourier.fft(new Complex(zeros(2, 3), zeros(2)))),
        says(
            "fft: needs a last axis of at most 268435456, received (); reshape or split it",
            () -> Fourier.fft(complex())),
        says(
            "fft2: needs two axes or more, received (3,); reshape it, or use fft",
            () -> Fourier.fft2(complex(3))),
        says(
            "rfft: length must be from 1 to 268435456, received 0; give the number of elements of a"
                + " transform",
            () -> Fourier.rfft(zeros(2, 0))),
        says(
            "irfft: length must be from 1 to 268435456, received 0; give the number of elements of"
                + " a transform",
            () -> Fourier.irfft(complex(2, 1))),
        says(
            "stft: fftLength must be from 4 to 268435456, received 3; give the number of elements"
                + " of a transform",
            () -> Fourier.stft(zeros(9), 4, 2, 3, null, true)),
        says(
            "stft: needs a window of 4 numbers, received (3,); make it of the sequenceLength",
            () -> Fourier.stft(zeros(9), 4, 2, 4, new float[3], true)),
        says(
            "stft: needs 4 elements or more along the last axis, received (3,); pad them, or use a"
                + " smaller fftLength",
            () -> Fourier.stft(zeros(3), 4, 2, 4, null, false)),
        says(
            "istft: can make at most 6 elements, received 7; give a smaller length, or null for all",
            () -> Fourier.istft(complex(2, 3), 4, 2, 4, 7, null, false)),
        says(
            "istft: needs 2 axes or more, received (3,); add axes with expandDims",
            () -> Fourier.istft(complex(3), 4, 2, 4, null, null, false)));
  }
}
