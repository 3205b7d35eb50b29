package dev.tapedeck.ops.linalg;

import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.pointwise.Logic;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Sizes;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Arrays;
import java.util.function.IntBinaryOperator;

/** Helpers shared by the ops on matrices, which are the last two axes. */
final class Matrices {
  /**
   * The largest side: LAPACK's two heaviest routines count work memory, about its square, in an
   * int.
   */
  static final long LARGEST = 20_000;

  private Matrices() {}

  /**
   * Checks that inputs are matrices of a type that LAPACK supports, with no more elements than its
   * int indices can address; returns the type.
   */
  static DType decomposable(String who, TensorSpec... inputs) {
    DType dtype = Checks.same(who, inputs);
    if (dtype != DType.FLOAT32 && dtype != DType.FLOAT64) {
      throw Refusal.of(who, "needs float32 or float64", dtype, "cast it first");
    }
    for (TensorSpec input : inputs) {
      matrix(who, input.shape());
      if (rows(input.shape()) * (double) columns(input.shape()) > Integer.MAX_VALUE) {
        throw Refusal.of(
            who, "a matrix has at most 2147483647 elements", input.shape(), "split it into blocks");
      }
    }
    return dtype;
  }

  /** Checks as {@link #decomposable}, and also that the matrices are square. */
  static DType square(String who, TensorSpec input) {
    DType dtype = decomposable(who, input);
    Shape shape = input.shape();
    if (Sizes.differ(rows(shape), columns(shape))) {
      throw Refusal.of(
          who, "needs square matrices", shape, "slice them; pinv, lstsq, qr and svd take any");
    }
    return dtype;
  }

  /** Checks that the smaller side of a matrix is not too large for LAPACK's iterations. */
  static void bounded(String who, Shape shape) {
    if (Math.min(rows(shape), columns(shape)) > LARGEST) {
      throw Refusal.of(
          who, "the smaller side of a matrix is at most " + LARGEST, shape, "split it into blocks");
    }
  }

  /** Checks that there are at least two axes. */
  static void matrix(String who, Shape shape) {
    if (shape.rank() < 2) {
      throw Refusal.of(
          who, "needs a matrix, or a batch of them", shape, "add an axis with expandDims");
    }
  }

  static long rows(Shape shape) {
    return shape.size(-2);
  }

  static long columns(Shape shape) {
    return shape.size(-1);
  }

  static long rank(Shape shape) {
    return Math.min(rows(shape), columns(shape));
  }

  /** Returns the axes before a matrix. */
  static Shape batch(Shape shape) {
    return shape.slice(0, shape.rank() - 2);
  }

  /**
   * Throws if a factorization failed.
   *
   * @param failed the index of the matrix in the batch; -1 for none
   */
  static void succeeded(
      String who, long failed, Shape shape, String expected, String received, String remedy) {
    if (failed >= 0) {
      long[] index = batch(shape).strides();
      for (int axis = 0; axis < index.length; axis++) {
        index[axis] = failed / index[axis] % shape.size(axis);
      }
      throw Refusal.of(
          who,
          expected,
          received + (index.length == 0 ? "" : " at batch index " + Arrays.toString(index)),
          remedy);
    }
  }

  /** Throws if a matrix is singular; see {@link #succeeded}. */
  static void regular(String who, long failed, Shape shape) {
    succeeded(who, failed, shape, "needs an invertible matrix", "a singular one", "use pinv");
  }

  /** Throws if an iteration did not converge; see {@link #succeeded}. */
  static void converged(String who, long failed, Shape shape) {
    succeeded(
        who,
        failed,
        shape,
        "needs a matrix for which the iteration converges",
        "one for which it does not",
        "replace NaN and infinite elements");
  }

  /** Returns a view with the last two axes exchanged. */
  static EagerTensor transposed(EagerTensor x) {
    int last = x.shape().rank() - 1;
    long[] strides = x.strides().clone();
    strides[last] = x.strides()[last - 1];
    strides[last - 1] = x.strides()[last];
    Shape shape = batch(x.shape()).concat(columns(x.shape()), rows(x.shape()));
    return x.view(shape, strides, x.offset());
  }

  /** Returns a matrix whose elements are a function, in halves, of row and column. */
  private static EagerTensor pattern(
      DType dtype, long rows, long columns, IntBinaryOperator halves) {
    EagerTensor matrix = EagerTensor.allocate(new TensorSpec(dtype, Shape.of(rows, columns)));
    var elements = matrix.elements();
    for (long i = 0; i < matrix.shape().count(); i++) {
      int value = halves.applyAsInt((int) (i / columns), (int) (i % columns));
      Elements.setDouble(dtype, elements, i, value / 2.0);
    }
    return matrix;
  }

  static EagerTensor identity(DType dtype, long n) {
    return pattern(dtype, n, n, (row, column) -> row == column ? 2 : 0);
  }

  /** Returns matrices whose elements are weighted by a function, in halves, of row and column. */
  static Tensor weighted(Tensor x, IntBinaryOperator halves) {
    return x.mul(pattern(x.dtype(), rows(x.shape()), columns(x.shape()), halves));
  }

  /** Returns the lower triangles; the diagonal counts none, one or two halves. */
  static Tensor lower(Tensor x, int halves) {
    return weighted(x, (row, column) -> row > column ? 2 : row == column ? halves : 0);
  }

  /** Returns the diagonal matrices of vectors. */
  static Tensor diagonal(Tensor x) {
    long n = x.shape().size(-1);
    return Shaping.broadcastTo(row(x), x.shape().concat(n).toArray()).mul(identity(x.dtype(), n));
  }

  /** Returns vectors as rows, to scale the columns of matrices. */
  static Tensor row(Tensor x) {
    return Shaping.expandDims(x, -2);
  }

  /** Returns vectors as columns, to scale the rows of matrices. */
  static Tensor column(Tensor x) {
    return Shaping.expandDims(x, -1);
  }

  /** Returns 1/x, or 0 where x is 0. */
  static Tensor reciprocal(Tensor x) {
    Tensor zero = x.equal(0);
    Tensor one = Tensor.ones(x.dtype());
    return Logic.where(zero, Tensor.zeros(x.dtype()), one.div(Logic.where(zero, one, x)));
  }
}
