package dev.tapedeck.ops;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;

/** Linear algebra. */
public final class Linalg {
  private Linalg() {}

  /** Returns the matrix product: {@code [.., m, k] x [.., k, n] -> [.., m, n]}. */
  public static Tensor matmul(Object a, Object b) {
    return matmul(a, b, false, false);
  }

  /**
   * Returns the matrix product, with either operand's last two axes exchanged first.
   *
   * @throws IllegalArgumentException if an operand is no matrix, the inner dimensions or the batch
   *     axes differ, or the type is not floating
   */
  public static Tensor matmul(Object a, Object b, boolean transposeA, boolean transposeB) {
    return new MatMul(transposeA, transposeB).on(Operands.alike("matmul", a, b));
  }

  private record MatMul(boolean transposeA, boolean transposeB) implements SimpleOp {
    @Override
    public String name() {
      return "matmul";
    }

    @Override
    public TensorSpec rule(TensorSpec... inputs) {
      Shape a = inputs[0].shape();
      Shape b = inputs[1].shape();
      DType dtype = Rules.sameFloating(name(), inputs);
      if (a.rank() < 2 || b.rank() != a.rank()) {
        throw new IllegalArgumentException(
            "matmul: needs two matrices, or two batches of them of equal rank, received "
                + a
                + " and "
                + b
                + "; reshape or expandDims first");
      }
      int last = a.rank() - 1;
      if (!a.slice(0, last - 1).equals(b.slice(0, last - 1))) {
        throw new IllegalArgumentException(
            "matmul: batch axes differ: " + a + " and " + b + "; broadcastTo one of them first");
      }
      long innerA = a.size(transposeA ? last - 1 : last);
      long innerB = b.size(transposeB ? last : last - 1);
      if (innerA != innerB && innerA != Shape.UNKNOWN && innerB != Shape.UNKNOWN) {
        throw new IllegalArgumentException(
            "matmul: inner dimensions differ: "
                + a
                + (transposeA ? " transposed" : "")
                + " x "
                + b
                + (transposeB ? " transposed" : "")
                + " needs "
                + innerA
                + " == "
                + innerB
                + "; transpose an operand or change the layer's units");
      }
      long rows = a.size(transposeA ? last : last - 1);
      long columns = b.size(transposeB ? last - 1 : last);
      return new TensorSpec(dtype, a.slice(0, last - 1).concat(rows, columns));
    }

    @Override
    public void compute(Kernels kernels, EagerTensor output, EagerTensor... inputs) {
      if (inputs[0].shape().count() == 0) {
        Elements.fill(output, 0);
      } else {
        kernels.matmul(inputs[0], transposeA, inputs[1], transposeB, output);
      }
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
