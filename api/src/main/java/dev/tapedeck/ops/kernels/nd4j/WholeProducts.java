package dev.tapedeck.ops.kernels.nd4j;

import dev.tapedeck.ops.kernels.MatrixKernels;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Products of matrices of int8 by those of float32, which are exact for so few terms that no sum
 * exceeds 2^24; sums of more are added up in int32, where they wrap around.
 */
public final class WholeProducts {
  /** The most terms of a product of float32: 1024 of 128 * 128 are 2^24. */
  public static final int TERMS = 1024;

  private WholeProducts() {}

  /**
   * Multiplies matrices in the last two axes, of any strides; the axes before them are equal.
   *
   * @param floats the products of float32
   */
  public static void multiply(
      MatrixKernels floats,
      EagerTensor a,
      boolean transposeA,
      EagerTensor b,
      boolean transposeB,
      EagerTensor output) {
    if (output.shape().rank() > 2) {
      for (long i = 0; i < output.shape().size(0); i++) {
        multiply(floats, matrix(a, i), transposeA, matrix(b, i), transposeB, matrix(output, i));
      }
      return;
    }
    EagerTensor sums = EagerTensor.allocate(new TensorSpec(DType.FLOAT32, output.shape()));
    long terms = a.shape().size(transposeA ? 0 : 1);
    for (long from = 0; from < terms; from += TERMS) {
      long to = Math.min(from + TERMS, terms);
      EagerTensor x = widened(a.part(transposeA ? 0 : 1, from, to));
      EagerTensor y = widened(b.part(transposeB ? 1 : 0, from, to));
      floats.matmul(x, transposeA, y, transposeB, sums);
      add(sums, output, from > 0);
      x.release();
      y.release();
    }
    sums.release();
  }

  /** Returns the tensor at an index of the first axis. */
  public static EagerTensor matrix(EagerTensor x, long index) {
    int rank = x.shape().rank();
    long[] strides = Arrays.copyOfRange(x.strides(), 1, rank);
    return x.view(x.shape().slice(1, rank), strides, x.offset() + index * x.strides()[0]);
  }

  private static EagerTensor widened(EagerTensor x) {
    EagerTensor dense = x.dense();
    EagerTensor wide = EagerTensor.allocate(new TensorSpec(DType.FLOAT32, x.shape()));
    int columns = Math.toIntExact(x.shape().size(1));
    byte[] narrow = new byte[columns];
    float[] row = new float[columns];
    for (long i = 0; i < x.shape().size(0); i++) {
      MemorySegment.copy(dense.elements(), Elements.BYTE, i * columns, narrow, 0, columns);
      for (int j = 0; j < columns; j++) {
        row[j] = narrow[j];
      }
      MemorySegment.copy(
          row, 0, wide.elements(), Elements.FLOAT, i * columns * Float.BYTES, columns);
    }
    return wide;
  }

  private static void add(EagerTensor sums, EagerTensor output, boolean toOthers) {
    int columns = Math.toIntExact(sums.shape().size(1));
    float[] row = new float[columns];
    for (long i = 0; i < sums.shape().size(0); i++) {
      MemorySegment.copy(
          sums.elements(), Elements.FLOAT, i * columns * Float.BYTES, row, 0, columns);
      long at = output.offset() + i * output.strides()[0];
      for (int j = 0; j < columns; j++) {
        long place = at + j * output.strides()[1];
        int before = toOthers ? output.memory().getAtIndex(Elements.INT, place) : 0;
        output.memory().setAtIndex(Elements.INT, place, before + (int) row[j]);
      }
    }
  }
}
