package dev.tapedeck.ops.linalg;

import dev.tapedeck.ops.Call;
import dev.tapedeck.ops.Checks;
import dev.tapedeck.ops.Op;
import dev.tapedeck.ops.Operands;
import dev.tapedeck.ops.SimpleOp;
import dev.tapedeck.ops.array.Rearranging;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.array.Transpose;
import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Refusal;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Sizes;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Products of matrices and vectors, which lie in the last axes; the axes before them are a batch.
 */
public final class Linalg {
  private Linalg() {}

  /** Returns the matrix product: {@code [.., m, k] x [.., k, n] -> [.., m, n]}. */
  public static Tensor matmul(Object a, Object b) {
    return matmul(a, b, false, false);
  }

  /**
   * Returns the matrix product, with either operand's last two axes exchanged first. The axes
   * before them broadcast.
   *
   * <p>Matrices of int8 give int32, exactly; sums beyond its range wrap around.
   *
   * @throws IllegalArgumentException if an operand is not a matrix, the inner dimensions differ,
   *     the batch axes do not broadcast, or the type is neither floating nor int8
   */
  public static Tensor matmul(Object a, Object b, boolean transposeA, boolean transposeB) {
    Tensor[] operands = Operands.alike("matmul", a, b);
    MatMul product = new MatMul(transposeA, transposeB);
    Shape left = operands[0].shape();
    if (left.rank() == 2 || operands[1].shape().rank() != 2 || transposeA || !left.isKnown()) {
      return product.applyTo(operands);
    }
    TensorSpec result = product.inferOutput(operands[0].spec(), operands[1].spec());
    // A batch times one matrix is a single product, and so are its gradients.
    long rows = left.slice(0, left.rank() - 1).count();
    Tensor flat = Shaping.reshape(operands[0], rows, left.size(-1));
    return Shaping.reshape(product.applyTo(flat, operands[1]), result.shape().toArray());
  }

  /**
   * Returns the product of matrices and vectors: {@code [.., m, k] x [.., k] -> [.., m]}. The axes
   * before them broadcast.
   *
   * @throws IllegalArgumentException as {@link #matmul(Object, Object)}
   */
  public static Tensor matvec(Object a, Object x) {
    Tensor[] operands = products("matvec", a, x);
    Shape matrix = operands[0].shape();
    Shape vector = operands[1].shape();
    if (matrix.rank() < 2 || vector.rank() < 1 || Sizes.differ(matrix.size(-1), vector.size(-1))) {
      throw Refusal.of(
          "matvec",
          "needs [.., m, k] and [.., k]",
          matrix + " and " + vector,
          "transpose the matrix, or use matmul for two matrices");
    }
    Shape batch = vector.slice(0, vector.rank() - 1);
    Shape.broadcast(Matrices.batch(matrix), batch, "matvec: batch axes differ");
    return matrix.rank() == 2 && vector.rank() > 1
        ? matmul(operands[1], operands[0], false, true)
        : Shaping.squeeze(matmul(operands[0], Shaping.expandDims(operands[1], -1)), -1);
  }

  /**
   * Returns NumPy's dot: of two vectors the sum of their products; of matrices, or a matrix and a
   * vector, the matrix product; with a scalar the product. In general it sums over the last axis of
   * {@code a} and the last but one, or only one, of {@code b}.
   *
   * @throws IllegalArgumentException if those axes differ in size, or the type is not floating
   */
  public static Tensor dot(Object a, Object b) {
    Tensor[] operands = products("dot", a, b);
    int left = operands[0].shape().rank();
    int right = operands[1].shape().rank();
    if (left == 0 || right == 0) {
      return operands[0].mul(operands[1]);
    }
    return Einsum.contract(
        "dot", operands[0], new int[] {left - 1}, operands[1], new int[] {Math.max(right - 2, 0)});
  }

  /**
   * Returns the outer product, every element of {@code a} (rows) times every element of {@code b}
   * (columns); operands are flattened first, as in NumPy.
   *
   * @throws IllegalArgumentException if the type is not floating
   */
  public static Tensor outer(Object a, Object b) {
    Tensor[] operands = products("outer", a, b);
    return Shaping.reshape(operands[0], -1, 1).mul(Shaping.reshape(operands[1], 1, -1));
  }

  /**
   * Returns the Kronecker product: for matrices, {@code b} in place of every element of {@code a},
   * times that element. The operand with fewer axes gets axes of size 1 before its own.
   *
   * @throws IllegalArgumentException if the type is not floating, or sizes are unknown
   */
  public static Tensor kron(Object a, Object b) {
    Tensor[] operands = products("kron", a, b);
    int rank = Math.max(operands[0].shape().rank(), operands[1].shape().rank());
    long[] left = new long[2 * rank];
    long[] right = new long[2 * rank];
    long[] sizes = new long[rank];
    for (int axis = 0; axis < rank; axis++) {
      left[2 * axis] = size(operands[0].shape(), axis - rank);
      left[2 * axis + 1] = 1;
      right[2 * axis] = 1;
      right[2 * axis + 1] = size(operands[1].shape(), axis - rank);
      sizes[axis] = Sizes.product("kron", left[2 * axis], right[2 * axis + 1]);
    }
    Tensor products = Shaping.reshape(operands[0], left).mul(Shaping.reshape(operands[1], right));
    return Shaping.reshape(products, sizes);
  }

  /** Returns the size of an axis counted from the end, 1 before the first. */
  private static long size(Shape shape, int axis) {
    long size = -axis > shape.rank() ? 1 : shape.size(axis);
    if (size == Shape.UNKNOWN) {
      throw Checks.unknown("kron", "all sizes", shape);
    }
    return size;
  }

  /**
   * Returns the cross product of vectors with 3 elements along an axis; the others broadcast.
   *
   * @throws IllegalArgumentException if the type is not floating, or the axis has not 3 elements
   */
  public static Tensor cross(Object a, Object b, int axis) {
    Tensor[] operands = products("cross", a, b);
    int[] axes = new int[2];
    for (int i = 0; i < 2; i++) {
      Shape shape = operands[i].shape();
      axes[i] = shape.axis(axis, "cross");
      if (shape.size(axes[i]) == Shape.UNKNOWN) {
        throw Checks.unknown("cross", "the size of axis " + axis, shape);
      }
      if (shape.size(axes[i]) != 3) {
        throw Refusal.of("cross", "needs 3 elements along axis " + axis, shape, "pad with zeros");
      }
    }
    int fromEnd = axes[0] - operands[0].shape().rank();
    if (fromEnd != axes[1] - operands[1].shape().rank()) {
      throw Refusal.of(
          "cross",
          "needs the same axis of both, counted from the end",
          operands[0].shape() + " and " + operands[1].shape(),
          "add axes of size 1");
    }
    Tensor x = operands[0];
    Tensor y = operands[1];
    // The component that belongs to the axis before: x[i] * y[i + 1] - x[i + 1] * y[i].
    Tensor rolled =
        x.mul(Rearranging.roll(y, -1, fromEnd)).sub(Rearranging.roll(x, -1, fromEnd).mul(y));
    return Rearranging.roll(rolled, -1, fromEnd);
  }

  /** Returns the type of a product of matrices: int32 of int8, else that of the operands. */
  static DType typeOfProduct(String who, TensorSpec... operands) {
    return Checks.same(who, operands) == DType.INT8
        ? DType.INT32
        : Checks.sameFloating(who, operands);
  }

  /** Returns the operands, of one floating type; two may be of int8. */
  static Tensor[] factors(String who, Object... operands) {
    Tensor[] tensors = Operands.alike(who, operands);
    if (tensors.length == 2) {
      typeOfProduct(who, specs(tensors));
    } else {
      Checks.sameFloating(who, specs(tensors));
    }
    return tensors;
  }

  /** Returns the operands, of one floating type. */
  static Tensor[] products(String who, Object... operands) {
    Tensor[] tensors = Operands.alike(who, operands);
    Checks.sameFloating(who, specs(tensors));
    return tensors;
  }

  private static TensorSpec[] specs(Tensor... tensors) {
    return Arrays.stream(tensors).map(Tensor::spec).toArray(TensorSpec[]::new);
  }

  /**
   * Returns the sums of the diagonals of matrices: {@code [.., m, n] -> [..]}.
   *
   * @throws IllegalArgumentException if the operand is not a matrix, or not numeric
   */
  public static Tensor trace(Object x) {
    Tensor tensor = Operands.tensor(x);
    Shape shape = tensor.shape();
    Matrices.matrix("trace", shape);
    Checks.numeric("trace", tensor.dtype());
    return Diagonals.diagPart(tensor).sum(-1);
  }

  /**
   * Returns a view with the last two axes exchanged.
   *
   * @throws IllegalArgumentException if there are fewer than two
   */
  public static Tensor matrixTranspose(Object x) {
    Tensor tensor = Operands.tensor(x);
    Matrices.matrix("matrixTranspose", tensor.shape());
    int last = tensor.shape().rank() - 1;
    return Shaping.transpose(
        tensor,
        IntStream.rangeClosed(0, last)
            .map(axis -> axis < last - 1 ? axis : 2 * last - 1 - axis)
            .toArray());
  }

  /**
   * Returns a matrix product that fuses a product and the transpose of one of its operands; null if
   * the ops are not these.
   *
   * <p>It does not copy the matrix, and the library adds up in another order: results differ by a
   * few units in the last place of the largest one (measured: up to 6, for sums of up to 300).
   *
   * @param input the index of the operand that {@code inner} produces
   */
  public static Op fuseTranspose(Op product, int input, Op inner) {
    return product instanceof MatMul(boolean a, boolean b)
            && inner instanceof Transpose transpose
            && transpose.ofMatrices()
        ? new MatMul(a ^ input == 0, b ^ input == 1)
        : null;
  }

  private record MatMul(boolean transposeA, boolean transposeB) implements SimpleOp {
    @Override
    public String name() {
      return "matmul";
    }

    @Override
    public String title() {
      return "MatMul";
    }

    @Override
    public TensorSpec inferOutput(TensorSpec... inputs) {
      Checks.inputs(this, 2, inputs);
      Shape a = inputs[0].shape();
      Shape b = inputs[1].shape();
      DType dtype = typeOfProduct(name(), inputs);
      if (a.rank() < 2 || b.rank() < 2) {
        throw Refusal.of(
            "matmul",
            "needs matrices [.., m, k] and [.., k, n]",
            a + " and " + b,
            "use matvec for a matrix and a vector, dot for two vectors");
      }
      long innerA = a.size(transposeA ? -2 : -1);
      long innerB = b.size(transposeB ? -1 : -2);
      if (Sizes.differ(innerA, innerB)) {
        throw Refusal.of(
            "matmul",
            "inner dimensions must be equal",
            a
                + (transposeA ? " transposed" : "")
                + " x "
                + b
                + (transposeB ? " transposed" : "")
                + ", "
                + innerA
                + " against "
                + innerB,
            "transpose an operand or change the layer's units");
      }
      Shape batch =
          Shape.broadcast(Matrices.batch(a), Matrices.batch(b), "matmul: batch axes differ");
      long rows = a.size(transposeA ? -1 : -2);
      long columns = b.size(transposeB ? -2 : -1);
      return new TensorSpec(dtype, batch.concat(rows, columns));
    }

    @Override
    public void executeInto(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      if (inputs[0].shape().count() == 0) {
        Elements.fill(output, 0);
        return;
      }
      Shape batch = Matrices.batch(output.shape());
      multiply(kernels, broadcast(inputs[0], batch), broadcast(inputs[1], batch), output);
    }

    /** Returns matrices broadcast to a batch without copying. */
    private static EagerTensor broadcast(EagerTensor x, Shape batch) {
      EagerTensor dense = x.dense();
      Shape shape = x.shape();
      if (shape.rank() == 2 && batch.isScalar()) {
        return dense;
      }
      return dense.broadcastTo(batch.concat(Matrices.rows(shape), Matrices.columns(shape)));
    }

    /** Multiplies part by part if an operand is broadcast, else all at once. */
    private void multiply(Kernels kernels, EagerTensor a, EagerTensor b, EagerTensor output) {
      if (a.isContiguous() && b.isContiguous()) {
        kernels.matrices().matmul(a, transposeA, b, transposeB, output);
      } else {
        for (long i = 0; i < output.shape().size(0); i++) {
          multiply(kernels, part(a, i), part(b, i), part(output, i));
        }
      }
    }

    private static EagerTensor part(EagerTensor x, long i) {
      int rank = x.shape().rank();
      long[] strides = Arrays.copyOfRange(x.strides(), 1, rank);
      return x.view(x.shape().slice(1, rank), strides, x.offset() + i * x.strides()[0]);
    }

    @Override
    public Tensor[] gradient(Call call, Tensor g) {
      Tensor a = call.input(0);
      Tensor b = call.input(1);
      Tensor toA = null;
      Tensor toB = null;
      if (call.needs(0)) {
        toA = transposeA ? matmul(b, g, transposeB, true) : matmul(g, b, false, !transposeB);
      }
      if (call.needs(1)) {
        toB = transposeB ? matmul(g, a, true, transposeA) : matmul(a, g, !transposeA, false);
      }
      return new Tensor[] {toA, toB};
    }
  }
}
