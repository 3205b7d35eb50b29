package dev.tapedeck.ops.cpu.onednn;

import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Shape;
import java.util.Arrays;

/**
 * A matrix product in oneDNN's terms, {@code [batch.., m, k]} by {@code [batch.., k, n]}, with as
 * few axes as the strides allow.
 */
final class Product {
  private final Matrix a;
  private final Matrix b;

  /** The sizes of the batch, the innermost first. */
  private final long[] batch;

  private int axes;
  private long m;

  Product(EagerTensor x, boolean transposeX, EagerTensor y, boolean transposeY, Shape output) {
    a = new Matrix(x, transposeX);
    b = new Matrix(y, transposeY);
    m = a.rows;
    batch = new long[output.rank() - 2];
    for (int i = batch.length - 1; i >= 0; i--) {
      add(output.size(i), x.strides()[i], y.strides()[i]);
    }
    if (axes == 1 && b.batch[0] == 0 && a.batch[0] == m * a.down) {
      m *= batch[0];
      axes = 0;
    }
  }

  /** A matrix with its strides, its axes swapped if it is to be transposed. */
  private static final class Matrix {
    private final long rows;
    private final long columns;
    private final long down;
    private final long across;
    private final long[] batch;

    Matrix(EagerTensor tensor, boolean transpose) {
      int rank = tensor.shape().rank();
      int row = transpose ? rank - 1 : rank - 2;
      int column = transpose ? rank - 2 : rank - 1;
      rows = tensor.shape().size(row);
      columns = tensor.shape().size(column);
      // The stride of an axis of size 1 is any number; oneDNN wants one that does not overlap.
      across = columns == 1 ? 1 : tensor.strides()[column];
      down = rows > 1 ? tensor.strides()[row] : across == 1 ? columns : 1;
      batch = new long[rank - 2];
    }

    /** Returns how many elements lie between its first and its last, and one. */
    long extent() {
      return (rows - 1) * down + (columns - 1) * across + 1;
    }
  }

  /** Adds the next outer axis; it becomes part of the one inside it if it goes on there. */
  private void add(long size, long strideA, long strideB) {
    int inner = axes - 1;
    if (axes > 0
        && strideA == batch[inner] * a.batch[inner]
        && strideB == batch[inner] * b.batch[inner]) {
      batch[inner] *= size;
    } else if (size > 1) {
      a.batch[axes] = strideA;
      b.batch[axes] = strideB;
      batch[axes++] = size;
    }
  }

  /** Returns the layout of an operand; it is repeated along an axis with stride 0. */
  private long layout(PlanBuilder builder, Matrix matrix, long rows) {
    long[] sizes = sizes(rows, matrix.columns);
    long[] strides = new long[axes + 2];
    strides[axes] = matrix.down;
    strides[axes + 1] = matrix.across;
    for (int i = 0; i < axes; i++) {
      int axis = axes - 1 - i;
      boolean repeats = matrix.batch[i] == 0;
      sizes[axis] = repeats ? 1 : batch[i];
      strides[axis] = repeats ? matrix.extent() : matrix.batch[i];
    }
    return builder.layout(sizes, strides);
  }

  private long[] sizes(long rows, long columns) {
    long[] sizes = new long[axes + 2];
    for (int i = 0; i < axes; i++) {
      sizes[i] = batch[axes - 1 - i];
    }
    sizes[axes] = rows;
    sizes[axes + 1] = columns;
    return sizes;
  }

  private long[] ones(long last) {
    long[] sizes = new long[axes + 2];
    Arrays.fill(sizes, 1);
    sizes[axes + 1] = last;
    return sizes;
  }

  /** Prepares the product of tensors 0 and 1 into tensor 2, with the bias as tensor 3. */
  Plan plan(boolean biased, boolean relu) {
    double work = (double) m * b.columns * a.columns;
    for (int i = 0; i < axes; i++) {
      work *= batch[i];
    }
    return Plan.of(
        Library.threadsFor(work),
        builder -> {
          long x = layout(builder, a, m);
          long y = layout(builder, b, b.rows);
          long z = builder.denseLayout(sizes(m, b.columns));
          long bias = biased ? builder.denseLayout(ones(b.columns)) : 0;
          builder.tensor(Argument.SOURCE, false, x);
          builder.tensor(Argument.WEIGHTS, false, y);
          builder.tensor(Argument.TARGET, true, z);
          if (biased) {
            builder.tensor(Argument.BIAS, false, bias);
          }
          long attributes = builder.attributes(relu);
          builder.apply(
              builder.describe(
                  "dnnl_matmul_primitive_desc_create",
                  new long[] {Library.ENGINE, x, y, bias, z, attributes}));
        });
  }
}
