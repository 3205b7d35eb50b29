package dev.tapedeck.ops.kernels.nd4j;

import dev.tapedeck.ops.kernels.NormalizationKernels;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import java.lang.foreign.MemorySegment;

/** Sums over rows, in Java and in float64. */
final class JavaNormalization implements NormalizationKernels {
  /** A number of a row and a column. */
  @FunctionalInterface
  private interface Term {
    double at(long element, int column);
  }

  /** Returns the sum of each column. */
  private static double[] sums(EagerTensor like, Term term) {
    double[] sums = new double[(int) like.shape().size(1)];
    for (long i = 0; i < like.shape().count(); i++) {
      int column = (int) (i % sums.length);
      sums[column] += term.at(i, column);
    }
    return sums;
  }

  private static void write(EagerTensor output, int row, double divisor, double... numbers) {
    for (int i = 0; i < numbers.length; i++) {
      long at = (long) row * numbers.length + i;
      Elements.setDouble(output.dtype(), output.elements(), at, numbers[i] / divisor);
    }
  }

  @Override
  public void moments(EagerTensor x, EagerTensor output) {
    DType dtype = x.dtype();
    MemorySegment from = x.dense().elements();
    double rows = x.shape().size(0);
    double[] sums = sums(x, (i, _) -> Elements.getDouble(dtype, from, i));
    double[] squares =
        sums(
            x,
            (i, column) -> {
              double distance = Elements.getDouble(dtype, from, i) - sums[column] / rows;
              return distance * distance;
            });
    write(output, 0, rows, sums);
    write(output, 1, rows, squares);
  }

  @Override
  public void sums(EagerTensor g, EagerTensor x, EagerTensor mean, EagerTensor output) {
    DType dtype = x.dtype();
    MemorySegment gradients = g.dense().elements();
    MemorySegment from = x.dense().elements();
    MemorySegment means = mean.dense().elements();
    write(output, 0, 1, sums(x, (i, _) -> Elements.getDouble(dtype, gradients, i)));
    write(
        output,
        1,
        1,
        sums(
            x,
            (i, column) ->
                Elements.getDouble(dtype, gradients, i)
                    * (Elements.getDouble(dtype, from, i)
                        - Elements.getDouble(dtype, means, column))));
  }
}
