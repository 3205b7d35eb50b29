package dev.tapedeck.ops.linalg;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.SimpleOp;
import dev.tapedeck.ops.array.Indexing;
import dev.tapedeck.ops.array.Joining;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;

/**
 * Decompositions of matrices, float32 or float64, in the last two axes; the axes before them are a
 * batch. Those of a matrix with NaN or infinite elements are NaN.
 */
public final class Decompositions {
  private Decompositions() {}

  /**
   * The QR decomposition of a matrix {@code [.., m, n]}, the product {@code q r}; {@code k} is
   * {@code min(m, n)}.
   *
   * @param q orthonormal columns, {@code [.., m, k]}
   * @param r an upper triangle, {@code [.., k, n]}
   */
  public record Qr(Tensor q, Tensor r) {}

  /**
   * The singular value decomposition of a matrix {@code [.., m, n]}, the product of {@code u}, the
   * diagonal matrix of {@code s}, and the transposed {@code v}; {@code k} is {@code min(m, n)}.
   *
   * @param s the singular values, descending, {@code [.., k]}
   * @param u orthonormal columns, {@code [.., m, k]}
   * @param v orthonormal columns, {@code [.., n, k]}
   */
  public record Svd(Tensor s, Tensor u, Tensor v) {}

  /**
   * The eigendecomposition of a symmetric matrix {@code [.., n, n]}.
   *
   * @param values the eigenvalues, ascending, {@code [.., n]}
   * @param vectors the eigenvectors, in columns, {@code [.., n, n]}
   */
  public record Eigh(Tensor values, Tensor vectors) {}

  /**
   * Returns the Cholesky factor of a symmetric matrix: the lower triangle that, times its
   * transpose, gives the matrix. Only the lower triangle of the matrix is read.
   *
   * @throws IllegalArgumentException if a matrix is not square, or not positive definite
   */
  public static Tensor cholesky(Object x) {
    return new Cholesky().applyTo(Operands.tensor(x));
  }

  /**
   * Returns the reduced QR decomposition. Its gradient needs the first {@code k} columns to be
   * independent.
   *
   * @throws IllegalArgumentException if the operand is not a matrix
   */
  public static Qr qr(Object x) {
    Tensor[] factors = new QrFactors().apply(Operands.tensor(x));
    return new Qr(factors[0], factors[1]);
  }

  /**
   * Returns the reduced singular value decomposition. The signs of the vectors are arbitrary; their
   * gradient needs the singular values to be distinct, and not 0.
   *
   * @throws IllegalArgumentException if the operand is not a matrix, or the iteration does not
   *     converge
   */
  public static Svd svd(Object x) {
    Tensor[] factors = new SvdFactors().apply(Operands.tensor(x));
    return new Svd(factors[0], factors[1], factors[2]);
  }

  /**
   * Returns the singular values, descending: {@code [.., m, n] -> [.., min(m, n)]}.
   *
   * @throws IllegalArgumentException as {@link #svd}
   */
  public static Tensor singularValues(Object x) {
    return new SingularValues().applyTo(Operands.tensor(x));
  }

  /**
   * Returns the eigenvalues and eigenvectors of symmetric matrices; only the lower triangles are
   * read. The signs of the vectors are arbitrary; their gradient needs the eigenvalues to be
   * distinct.
   *
   * @throws IllegalArgumentException if a matrix is not square, or the iteration does not converge
   */
  public static Eigh eigh(Object x) {
    Tensor[] factors = new EighFactors().apply(Operands.tensor(x));
    return new Eigh(factors[0], factors[1]);
  }

  private static EagerTensor[] allocate(TensorSpec... outputs) {
    EagerTensor[] tensors = new EagerTensor[outputs.length];
    for (int i = 0; i < tensors.length; i++) {
      tensors[i] = EagerTensor.allocate(outputs[i]);
    }
    return tensors;
  }

  private static Tensor t(Tensor x) {
    return Linalg.matrixTranspose(x);
  }

  /** Returns {@code 1 / (x[j] - x[i])} at {@code [i, j]}, and 0 where they are equal. */
  private static Tensor reciprocalGaps(Tensor x) {
    return Matrices.reciprocal(Matrices.row(x).sub(Matrices.column(x)));
  }

  private record Cholesky() implements SimpleOp {
    @Override
    public String name() {
      return "cholesky";
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, 1, inputs);
      Matrices.square(name(), inputs[0]);
      return inputs[0];
    }

    @Override
    public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      long failed = kernels.factorizations().cholesky(inputs[0], output);
      Matrices.succeeded(
          name(),
          failed,
          output.shape(),
          "needs a positive definite matrix",
          "one that is not",
          "make it symmetric, and add a small multiple of eye");
    }

    /** Returns the gradient by Murray, "Differentiation of the Cholesky decomposition", 2016. */
    @Override
    public Tensor[] gradient(Call call, Tensor g) {
      Tensor l = call.output();
      Tensor middle = Matrices.lower(Linalg.matmul(l, g, true, false), 1);
      Tensor left = Solving.triangularSolve(l, middle, true, true);
      Tensor whole = Solving.triangularSolve(l, t(left), true, true);
      return new Tensor[] {whole.add(t(whole)).mul(0.5)};
    }
  }

  private record QrFactors() implements Op {
    @Override
    public String name() {
      return "qr";
    }

    @Override
    public TensorSpec[] infer(TensorSpec... inputs) {
      Checks.inputs(this, 1, inputs);
      DType dtype = Matrices.decomposable(name(), inputs);
      Shape shape = inputs[0].shape();
      long rank = Matrices.rank(shape);
      return new TensorSpec[] {
        new TensorSpec(dtype, shape.with(-1, rank)), new TensorSpec(dtype, shape.with(-2, rank))
      };
    }

    @Override
    public EagerTensor[] execute(Kernels kernels, TensorSpec[] outputs, EagerTensor... inputs) {
      EagerTensor[] factors = allocate(outputs);
      if (inputs[0].shape().count() > 0) {
        kernels.factorizations().qr(inputs[0], factors[0], factors[1]);
      }
      return factors;
    }

    @Override
    public Tensor[] gradient(Call call, Tensor... upstream) {
      Tensor q = call.outputs()[0];
      Tensor r = call.outputs()[1];
      Tensor toQ = upstream[0] == null ? zeros(q) : upstream[0];
      Tensor toR = upstream[1] == null ? zeros(r) : upstream[1];
      long rank = Matrices.rows(r.shape());
      long more = Matrices.columns(r.shape()) - rank;
      if (more == 0) {
        return new Tensor[] {ofSquare(q, r, toQ, toR)};
      }
      // The first columns determine q; the other columns are q times those of r.
      Tensor others = Indexing.narrow(call.input(0), -1, rank, more);
      Tensor toOthers = Indexing.narrow(toR, -1, rank, more);
      Tensor first =
          ofSquare(
              q,
              Indexing.narrow(r, -1, 0, rank),
              toQ.add(Linalg.matmul(others, toOthers, false, true)),
              Indexing.narrow(toR, -1, 0, rank));
      return new Tensor[] {Joining.concat(-1, first, Linalg.matmul(q, toOthers))};
    }

    private static Tensor zeros(Tensor like) {
      return Tensor.zeros(like.dtype(), like.shape().toArray());
    }

    private static Tensor ofSquare(Tensor q, Tensor r, Tensor toQ, Tensor toR) {
      Tensor ofQ = Linalg.matmul(q, toQ, true, false);
      Tensor ofR = Linalg.matmul(r, toR, false, true);
      Tensor turn = Matrices.lower(ofQ.add(ofR).sub(t(ofQ.add(ofR))), 2);
      Tensor within = Linalg.matmul(q, toR.add(overTransposed(turn, r)));
      return within.add(overTransposed(toQ.sub(Linalg.matmul(q, ofQ)), r));
    }

    /** Returns {@code x} times the inverse of the transposed {@code r}. */
    private static Tensor overTransposed(Tensor x, Tensor r) {
      return t(Solving.triangularSolve(r, t(x), false, false));
    }
  }

  private record SvdFactors() implements Op {
    @Override
    public String name() {
      return "svd";
    }

    @Override
    public TensorSpec[] infer(TensorSpec... inputs) {
      Checks.inputs(this, 1, inputs);
      DType dtype = Matrices.decomposable(name(), inputs);
      Shape shape = inputs[0].shape();
      Matrices.bounded(name(), shape);
      long rank = Matrices.rank(shape);
      Shape batch = Matrices.batch(shape);
      return new TensorSpec[] {
        new TensorSpec(dtype, batch.concat(rank)),
        new TensorSpec(dtype, batch.concat(Matrices.rows(shape), rank)),
        new TensorSpec(dtype, batch.concat(Matrices.columns(shape), rank))
      };
    }

    @Override
    public EagerTensor[] execute(Kernels kernels, TensorSpec[] outputs, EagerTensor... inputs) {
      Shape v = outputs[2].shape();
      Shape vt = Matrices.batch(v).concat(Matrices.columns(v), Matrices.rows(v));
      EagerTensor[] factors =
          allocate(outputs[0], outputs[1], new TensorSpec(outputs[2].dtype(), vt));
      if (inputs[0].shape().count() > 0) {
        long failed = kernels.factorizations().svd(inputs[0], factors[0], factors[1], factors[2]);
        Matrices.converged(name(), failed, inputs[0].shape());
      }
      factors[2] = Matrices.transposed(factors[2]);
      return factors;
    }

    /**
     * Returns the gradient by Townsend, "Differentiating the singular value decomposition", 2016.
     */
    @Override
    public Tensor[] gradient(Call call, Tensor... upstream) {
      Tensor s = call.outputs()[0];
      Tensor u = call.outputs()[1];
      Tensor v = call.outputs()[2];
      Tensor gaps = reciprocalGaps(Maths.square(s));
      Tensor inverse = Matrices.row(Matrices.reciprocal(s));
      Tensor middle = Matrices.diagonal(upstream[0] == null ? s.mul(0) : upstream[0]);
      Tensor outside = null;
      if (upstream[1] != null) {
        Tensor ofU = Linalg.matmul(u, upstream[1], true, false);
        middle = middle.add(gaps.mul(ofU.sub(t(ofU))).mul(Matrices.row(s)));
        Tensor rest = upstream[1].sub(Linalg.matmul(u, ofU)).mul(inverse);
        outside = Linalg.matmul(rest, v, false, true);
      }
      if (upstream[2] != null) {
        Tensor ofV = Linalg.matmul(v, upstream[2], true, false);
        middle = middle.add(gaps.mul(ofV.sub(t(ofV))).mul(Matrices.column(s)));
        Tensor rest = upstream[2].sub(Linalg.matmul(v, ofV)).mul(inverse);
        Tensor more = Linalg.matmul(u, rest, false, true);
        outside = outside == null ? more : outside.add(more);
      }
      Tensor inside = Linalg.matmul(Linalg.matmul(u, middle), v, false, true);
      return new Tensor[] {outside == null ? inside : inside.add(outside)};
    }
  }

  private record SingularValues() implements SimpleOp {
    @Override
    public String name() {
      return "singularValues";
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, 1, inputs);
      DType dtype = Matrices.decomposable(name(), inputs);
      Shape shape = inputs[0].shape();
      Matrices.bounded(name(), shape);
      return new TensorSpec(dtype, Matrices.batch(shape).concat(Matrices.rank(shape)));
    }

    @Override
    public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      long failed = kernels.factorizations().svd(inputs[0], output, null, null);
      Matrices.converged(name(), failed, inputs[0].shape());
    }

    @Override
    public Tensor[] gradient(Call call, Tensor g) {
      Svd svd = svd(call.input(0));
      return new Tensor[] {Linalg.matmul(svd.u().mul(Matrices.row(g)), svd.v(), false, true)};
    }
  }

  private record EighFactors() implements Op {
    @Override
    public String name() {
      return "eigh";
    }

    @Override
    public TensorSpec[] infer(TensorSpec... inputs) {
      Checks.inputs(this, 1, inputs);
      DType dtype = Matrices.square(name(), inputs[0]);
      Shape shape = inputs[0].shape();
      Matrices.bounded(name(), shape);
      Shape values = Matrices.batch(shape).concat(Matrices.rank(shape));
      return new TensorSpec[] {new TensorSpec(dtype, values), inputs[0]};
    }

    @Override
    public EagerTensor[] execute(Kernels kernels, TensorSpec[] outputs, EagerTensor... inputs) {
      EagerTensor[] factors = allocate(outputs);
      if (inputs[0].shape().count() > 0) {
        long failed = kernels.factorizations().eigh(inputs[0], factors[0], factors[1]);
        Matrices.converged(name(), failed, inputs[0].shape());
      }
      return factors;
    }

    @Override
    public Tensor[] gradient(Call call, Tensor... upstream) {
      Tensor values = call.outputs()[0];
      Tensor vectors = call.outputs()[1];
      Tensor middle = Matrices.diagonal(upstream[0] == null ? values.mul(0) : upstream[0]);
      if (upstream[1] != null) {
        Tensor turn = Linalg.matmul(vectors, upstream[1], true, false);
        middle = middle.add(reciprocalGaps(values).mul(turn));
      }
      Tensor whole = Linalg.matmul(Linalg.matmul(vectors, middle), vectors, false, true);
      // The upper triangle is not read: its gradient is added to the lower one.
      return new Tensor[] {Matrices.lower(whole.add(t(whole)), 1)};
    }
  }
}
