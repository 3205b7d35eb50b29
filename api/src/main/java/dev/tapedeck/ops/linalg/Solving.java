package dev.tapedeck.ops.linalg;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.SimpleOp;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Sizes;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;

/**
 * Linear equations and inverses of matrices, float32 or float64, in the last two axes; the axes
 * before them are a batch, and broadcast.
 */
public final class Solving {
  private Solving() {}

  /** Returns the solution of {@code a x = b}, as {@link #solve(Object, Object, boolean)}. */
  public static Tensor solve(Object a, Object b) {
    return solve(a, b, false);
  }

  /**
   * Returns the solution {@code x}, {@code [.., n, k]}, of {@code a x = b}, or with {@code a}
   * transposed.
   *
   * @throws IllegalArgumentException if {@code a} is not square, {@code b} has other rows, or a
   *     matrix is singular
   */
  public static Tensor solve(Object a, Object b, boolean transpose) {
    return new Solve(transpose).applyTo(Operands.alike("solve", a, b));
  }

  /**
   * Returns the solution of {@code a x = b} for the lower or upper triangle of {@code a}, or its
   * transpose; the other triangle is not read.
   *
   * @throws IllegalArgumentException if {@code a} is not square, {@code b} has other rows, or a
   *     diagonal has a 0
   */
  public static Tensor triangularSolve(Object a, Object b, boolean lower, boolean transpose) {
    return new TriangularSolve(lower, transpose).applyTo(Operands.alike("triangularSolve", a, b));
  }

  /**
   * Returns the solution of {@code a x = b}, given the {@link Decompositions#cholesky} of {@code
   * a}.
   *
   * @throws IllegalArgumentException as {@link #triangularSolve}
   */
  public static Tensor choleskySolve(Object lower, Object b) {
    Tensor[] operands = Operands.alike("choleskySolve", lower, b);
    equations("choleskySolve", operands[0].spec(), operands[1].spec());
    Tensor half = triangularSolve(operands[0], operands[1], true, false);
    return triangularSolve(operands[0], half, true, true);
  }

  /**
   * Returns the least squares solution of {@code a x = b}, for {@code a} of full rank, by QR
   * decomposition; for a wide {@code a}, which has many solutions, that of least norm.
   *
   * @throws IllegalArgumentException if {@code b} has other rows than {@code a}, or a matrix is not
   *     of full rank
   */
  public static Tensor lstsq(Object a, Object b) {
    Tensor[] operands = Operands.alike("lstsq", a, b);
    right("lstsq", operands[0].spec(), operands[1].spec());
    Shape shape = operands[0].shape();
    if (Matrices.rows(shape) >= Matrices.columns(shape)) {
      Decompositions.Qr qr = Decompositions.qr(operands[0]);
      Tensor projected = Linalg.matmul(qr.q(), operands[1], true, false);
      return triangularSolve(qr.r(), projected, false, false);
    }
    Decompositions.Qr qr = Decompositions.qr(Linalg.matrixTranspose(operands[0]));
    return Linalg.matmul(qr.q(), triangularSolve(qr.r(), operands[1], false, true));
  }

  /**
   * Returns the inverse.
   *
   * @throws IllegalArgumentException if a matrix is not square, or singular
   */
  public static Tensor inverse(Object x) {
    return new Inverse().applyTo(Operands.tensor(x));
  }

  /**
   * Returns the pseudo-inverse, {@code [.., m, n] -> [.., n, m]}. Singular values of at most {@code
   * 10 max(m, n)} times the type's epsilon, relative to the largest, count as 0.
   *
   * @throws IllegalArgumentException if the operand is not a matrix
   */
  public static Tensor pinv(Object x) {
    return new PseudoInverse().applyTo(Operands.tensor(x));
  }

  /** Checks that {@code b} has a row for each row of {@code a}; returns the type. */
  private static DType right(String who, TensorSpec a, TensorSpec b) {
    DType dtype = Matrices.decomposable(who, a, b);
    if (Sizes.differ(Matrices.rows(a.shape()), Matrices.rows(b.shape()))) {
      throw Refusal.of(
          who,
          "a and b must have equal rows",
          a.shape() + " and " + b.shape(),
          "transpose one, or give b a row for each row of a");
    }
    return dtype;
  }

  /** Checks linear equations, and returns the spec of their solution. */
  private static TensorSpec equations(String who, TensorSpec a, TensorSpec b) {
    DType dtype = right(who, a, b);
    Matrices.square(who, a);
    Shape batch =
        Shape.broadcast(
            Matrices.batch(a.shape()), Matrices.batch(b.shape()), who + ": batch axes differ");
    Shape one = b.shape().slice(b.shape().rank() - 2, b.shape().rank());
    return new TensorSpec(dtype, batch.concat(one.toArray()));
  }

  /** Returns matrices broadcast to a batch without copying. */
  private static EagerTensor broadcast(EagerTensor x, EagerTensor like) {
    Shape shape = x.shape();
    return x.broadcastTo(
        Matrices.batch(like.shape()).concat(Matrices.rows(shape), Matrices.columns(shape)));
  }

  /** Returns the gradient for {@code a} in {@code a x = b}, given that for {@code b}. */
  private static Tensor toMatrix(Tensor toB, Tensor x, boolean transpose) {
    return transpose
        ? Linalg.matmul(x, toB, false, true).neg()
        : Linalg.matmul(toB, x, false, true).neg();
  }

  private record Solve(boolean transpose) implements SimpleOp {
    @Override
    public String name() {
      return "solve";
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, 2, inputs);
      return equations(name(), inputs[0], inputs[1]);
    }

    @Override
    public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      EagerTensor a = broadcast(inputs[0], output);
      EagerTensor b = broadcast(inputs[1], output);
      long failed = kernels.factorizations().solve(a, transpose, b, output);
      Matrices.regular(name(), failed, output.shape());
    }

    @Override
    public Tensor[] gradient(Call call, Tensor g) {
      Tensor toB = solve(call.input(0), g, !transpose);
      Tensor toA = call.needs(0) ? toMatrix(toB, call.output(), transpose) : null;
      return new Tensor[] {toA, toB};
    }
  }

  private record TriangularSolve(boolean lower, boolean transpose) implements SimpleOp {
    @Override
    public String name() {
      return "triangularSolve";
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, 2, inputs);
      return equations(name(), inputs[0], inputs[1]);
    }

    @Override
    public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      EagerTensor a = broadcast(inputs[0], output);
      EagerTensor b = broadcast(inputs[1], output);
      long failed = kernels.factorizations().triangularSolve(a, lower, transpose, b, output);
      Matrices.succeeded(
          name(),
          failed,
          output.shape(),
          "needs a diagonal without 0",
          "a 0",
          "use lstsq, or add a small number to the diagonal");
    }

    @Override
    public Tensor[] gradient(Call call, Tensor g) {
      Tensor toB = triangularSolve(call.input(0), g, lower, !transpose);
      if (!call.needs(0)) {
        return new Tensor[] {null, toB};
      }
      Tensor toA = toMatrix(toB, call.output(), transpose);
      Tensor read =
          lower
              ? Matrices.lower(toA, 2)
              : Matrices.weighted(toA, (row, column) -> row <= column ? 2 : 0);
      return new Tensor[] {read, toB};
    }
  }

  private record Inverse() implements SimpleOp {
    @Override
    public String name() {
      return "inverse";
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, 1, inputs);
      Matrices.square(name(), inputs[0]);
      return inputs[0];
    }

    @Override
    public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      EagerTensor one = Matrices.identity(output.dtype(), Matrices.rows(output.shape()));
      long failed =
          kernels.factorizations().solve(inputs[0], false, broadcast(one, output), output);
      one.release();
      Matrices.regular(name(), failed, output.shape());
    }

    @Override
    public Tensor[] gradient(Call call, Tensor g) {
      Tensor y = call.output();
      return new Tensor[] {Linalg.matmul(Linalg.matmul(y, g, true, false), y, false, true).neg()};
    }
  }

  private record PseudoInverse() implements SimpleOp {
    @Override
    public String name() {
      return "pinv";
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, 1, inputs);
      DType dtype = Matrices.decomposable(name(), inputs);
      Shape shape = inputs[0].shape();
      Matrices.bounded(name(), shape);
      return new TensorSpec(
          dtype, Matrices.batch(shape).concat(Matrices.columns(shape), Matrices.rows(shape)));
    }

    @Override
    public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      DType dtype = output.dtype();
      Shape shape = inputs[0].shape();
      Shape batch = Matrices.batch(shape);
      long rank = Matrices.rank(shape);
      EagerTensor s = EagerTensor.allocate(new TensorSpec(dtype, batch.concat(rank)));
      EagerTensor u = EagerTensor.allocate(new TensorSpec(dtype, shape.with(-1, rank)));
      EagerTensor vt = EagerTensor.allocate(new TensorSpec(dtype, shape.with(-2, rank)));
      long failed = kernels.factorizations().svd(inputs[0], s, u, vt);
      Matrices.converged(name(), failed, shape);
      divide(u, s, 10.0 * Math.max(Matrices.rows(shape), Matrices.columns(shape)));
      kernels.matrices().matmul(vt, true, u, true, output);
      s.release();
      u.release();
      vt.release();
    }

    /** Divides columns by their singular values; where those count as 0, the columns become 0. */
    private static void divide(EagerTensor u, EagerTensor s, double epsilons) {
      DType dtype = u.dtype();
      double nothing = epsilons * (dtype == DType.FLOAT64 ? Math.ulp(1.0) : Math.ulp(1f));
      var vectors = u.elements();
      var values = s.elements();
      long rank = Matrices.columns(u.shape());
      long matrix = Matrices.rows(u.shape()) * rank;
      for (long i = 0; i < u.shape().count(); i++) {
        long first = i / matrix * rank;
        double value = Elements.getDouble(dtype, values, first + i % rank);
        boolean small = value <= nothing * Elements.getDouble(dtype, values, first);
        double quotient = small ? 0 : Elements.getDouble(dtype, vectors, i) / value;
        Elements.setDouble(dtype, vectors, i, quotient);
      }
    }

    /**
     * Returns the gradient by Golub and Pereyra, 1973; unlike svd's it also holds for equal
     * singular values.
     */
    @Override
    public Tensor[] gradient(Call call, Tensor g) {
      Tensor x = call.input(0);
      Tensor p = call.output();
      Tensor pt = Linalg.matrixTranspose(p);
      Tensor gt = Linalg.matrixTranspose(g);
      Tensor inside = Linalg.matmul(Linalg.matmul(pt, g), pt);
      Tensor rows = Linalg.matmul(gt, Linalg.matmul(p, pt));
      Tensor columns = Linalg.matmul(Linalg.matmul(pt, p), gt);
      return new Tensor[] {
        rows.sub(Linalg.matmul(x, Linalg.matmul(p, rows)))
            .add(columns.sub(Linalg.matmul(Linalg.matmul(columns, p), x)))
            .sub(inside)
      };
    }
  }
}
