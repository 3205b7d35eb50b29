package dev.tapedeck.ops.kernels.cpu.onednn;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;

/** Matrix products by oneDNN. */
final class OneDnnProducts {
  private static final int KIND = 1;
  private static final int MOST_AXES = 12;

  private OneDnnProducts() {}

  static boolean multiply(
      int threads,
      EagerTensor a,
      boolean transposeA,
      EagerTensor b,
      boolean transposeB,
      EagerTensor output) {
    int rank = output.shape().rank();
    if (rank < 2
        || rank > (a.dtype() == DType.INT8 ? 2 : MOST_AXES)
        || !Library.computes(a.dtype())
        || output.shape().count() == 0
        || a.shape().count() == 0) {
      return false;
    }
    EagerTensor x = readable(a);
    EagerTensor y = readable(b);
    Workspace workspace = Workspace.ofThread();
    Signature signature =
        workspace
            .signature()
            .add(KIND)
            .add(threads)
            .add(a.dtype().bytes())
            .add(transposeA ? 1 : 0)
            .add(transposeB ? 1 : 0)
            .add(rank);
    for (int i = 0; i < rank; i++) {
      signature
          .add(output.shape().size(i))
          .add(x.strides()[i])
          .add(y.strides()[i])
          .add(output.strides()[i]);
    }
    signature.add(a.shape().size(transposeA ? -2 : -1));
    return workspace.run(
        () -> {
          PrimitivePlan plan = new ProductPlan(x, transposeA, y, transposeB, output).plan(threads);
          return a.dtype() == DType.INT8
              ? tried(plan, workspace, x, transposeA, y, transposeB, output)
              : plan;
        },
        x,
        y,
        output);
  }

  /** Returns a plan for products of int8, or refuses it if it is not exact. */
  private static PrimitivePlan tried(
      PrimitivePlan plan,
      Workspace workspace,
      EagerTensor a,
      boolean transposeA,
      EagerTensor b,
      boolean transposeB,
      EagerTensor output) {
    if (WholeTrial.passes(plan, workspace, a, transposeA, b, transposeB, output)) {
      return plan;
    }
    plan.close();
    throw new Library.RefusedException("inexact: int8 " + output.shape());
  }

  /** Returns the tensor, or a copy if oneDNN does not read matrices with such strides. */
  private static EagerTensor readable(EagerTensor tensor) {
    if (tensor.isContiguous()) {
      return tensor;
    }
    long[] strides = tensor.strides();
    int row = strides.length - 2;
    long rows = tensor.shape().size(row);
    long columns = tensor.shape().size(row + 1);
    boolean serves =
        dense(rows, strides[row], columns, strides[row + 1])
            || dense(columns, strides[row + 1], rows, strides[row]);
    // oneDNN 3.11 ignores gaps between the vectors of a batch, and misreads the strides of a batch
    // of several axes unless these can be merged into one.
    for (int i = 0; i < row; i++) {
      long next = i + 1 < row ? strides[i + 1] * tensor.shape().size(i + 1) : strides[i];
      serves &= rows > 1 && columns > 1 && strides[i] >= 0 && strides[i] == next;
    }
    return serves ? tensor : tensor.dense();
  }

  private static boolean dense(long outer, long outerStride, long inner, long innerStride) {
    return (inner == 1 || innerStride == 1) && (outer == 1 || outerStride >= inner);
  }
}
