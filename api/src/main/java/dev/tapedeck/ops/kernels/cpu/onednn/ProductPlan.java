package dev.tapedeck.ops.kernels.cpu.onednn;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Shape;

/**
 * A matrix product as oneDNN takes it: {@code [m, k]} by {@code [k, n]}, or {@code [batch, m, k]}
 * by {@code [batch, k, n]}.
 */
final class ProductPlan {
  /**
   * The number of terms for which oneDNN 3.11 uses half of the processor's lanes, unless the
   * matrices are a batch.
   */
  private static final long HALVED = 32;

  private final Matrix a;
  private final Matrix b;
  private final Matrix c;
  private final long batch;
  private final long m;

  /**
   * Makes the plan of operands whose axes before the last two can be merged, as {@link
   * OneDnnProducts} ensures.
   */
  ProductPlan(
      EagerTensor x, boolean transposeX, EagerTensor y, boolean transposeY, EagerTensor output) {
    a = new Matrix(x, transposeX);
    b = new Matrix(y, transposeY);
    c = new Matrix(output, false);
    long all = output.shape().count() / (a.rows * b.columns);
    boolean oneMatrix = b.apart == 0 && a.apart == a.rows * a.down;
    batch = oneMatrix ? 1 : all;
    m = oneMatrix ? all * a.rows : a.rows;
  }

  /** A batch of matrices with their strides; the axes are swapped if they are to be transposed. */
  private static final class Matrix {
    private final DType type;
    private final long rows;
    private final long columns;
    private final long down;
    private final long across;

    /** The stride from one matrix of the batch to the next; 0 if all are the same. */
    private final long apart;

    Matrix(EagerTensor tensor, boolean transpose) {
      Shape shape = tensor.shape();
      // The stride of an axis of size 1 may be any number; oneDNN requires one without overlap.
      long[] strides = tensor.isContiguous() ? shape.strides() : tensor.strides();
      int rank = shape.rank();
      int row = transpose ? rank - 1 : rank - 2;
      int column = transpose ? rank - 2 : rank - 1;
      type = tensor.dtype();
      rows = shape.size(row);
      columns = shape.size(column);
      across = columns == 1 ? 1 : strides[column];
      down = rows > 1 ? strides[row] : across == 1 ? columns : 1;
      apart = rank == 2 ? 0 : strides[rank - 3];
    }

    long extent(long ofRows) {
      return Math.max(ofRows * down, columns * across);
    }
  }

  private long layout(PlanBuilder builder, Matrix matrix, long rows) {
    if (batch == 1 && b.rows != HALVED) {
      return builder.layout(
          matrix.type, new long[] {rows, matrix.columns}, new long[] {matrix.down, matrix.across});
    }
    boolean single = batch == 1 || matrix.apart == 0;
    return builder.layout(
        matrix.type,
        new long[] {single ? 1 : batch, rows, matrix.columns},
        new long[] {single ? matrix.extent(rows) : matrix.apart, matrix.down, matrix.across});
  }

  /** Prepares the product of tensors 0 and 1 into tensor 2. */
  PrimitivePlan plan(int threads) {
    return PrimitivePlan.of(
        threads,
        c.type,
        builder -> {
          long x = layout(builder, a, m);
          long y = layout(builder, b, b.rows);
          long z = batch == 1 ? layout(builder, c, m) : builder.denseLayout(batch, m, b.columns);
          builder.tensor(Argument.SOURCE, false, x);
          builder.tensor(Argument.WEIGHTS, false, y);
          builder.tensor(Argument.TARGET, true, z);
          builder.apply(
              builder.describe(
                  "dnnl_matmul_primitive_desc_create",
                  new long[] {
                    Library.ENGINE, x, y, PlanBuilder.NO_LAYOUT, z, builder.attributes()
                  }));
        });
  }
}
