package dev.tapedeck.ops.kernels.nd4j;

import dev.tapedeck.ops.kernels.Reduction;
import dev.tapedeck.ops.kernels.ReductionKernels;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Locale;

/** Reduction kernels: by ND4J where it is correct, else in Java. */
final class Nd4jReductions implements ReductionKernels {
  @Override
  public void reduce(Reduction reduction, EagerTensor input, int[] axes, EagerTensor output) {
    if (axes.length == 0) {
      Elements.copy(input, output);
      return;
    }
    boolean leading =
        axes[axes.length - 1] == axes.length - 1 && axes.length < input.shape().rank();
    if (reduction == Reduction.SUM && leading && input.dtype() == DType.FLOAT32) {
      sumOfRows(input.dense(), input.shape().count() / output.shape().count(), output);
      return;
    }
    boolean chooses = reduction == Reduction.MAX || reduction == Reduction.MIN;
    EagerTensor x = input.dense();
    if (chooses && x.dtype().isFloating() && !mayHaveNan(x)) {
      String op = "reduce_" + reduction.name().toLowerCase(Locale.ROOT);
      NativeCalls.run(op, Arrays.stream(axes).asLongStream().toArray(), output, x);
    } else {
      RowReduction.run(reduction, x, axes, output);
    }
  }

  /** Computes sums as a matrix product with ones, several times faster than ND4J's reduction. */
  private void sumOfRows(EagerTensor x, long rows, EagerTensor output) {
    Shape shape = Shape.of(rows, output.shape().count());
    EagerTensor ones = EagerTensor.allocate(new TensorSpec(x.dtype(), Shape.of(1, rows)));
    Elements.fill(ones, 1);
    Shape sums = Shape.of(1, output.shape().count());
    Nd4jKernels.multiply(
        ones,
        false,
        x.view(shape, shape.strides(), x.offset()),
        false,
        output.view(sums, sums.strides(), output.offset()));
    ones.release();
  }

  /**
   * Returns whether there may be a NaN, which ND4J's maximum and minimum ignore; its sum does not.
   */
  private static boolean mayHaveNan(EagerTensor x) {
    if (x.dtype() == DType.FLOAT32) {
      return Double.isNaN(Float32Loops.sum(x.elements(), 0, x.shape().count()));
    }
    EagerTensor sum = EagerTensor.allocate(new TensorSpec(x.dtype(), Shape.of()));
    NativeCalls.run("reduce_sum", new long[0], sum, x);
    boolean nan = Double.isNaN(sum.item());
    sum.release();
    return nan;
  }

  @Override
  public void scatter(
      EagerTensor rows, long size, long copies, long first, long[] places, EagerTensor output) {
    MemorySegment from = rows.elements();
    MemorySegment to = output.elements();
    for (int i = 0; i < places.length; i++) {
      if (places[i] >= 0) {
        Elements.add(output.dtype(), from, (first + i) / copies * size, to, places[i], size);
      }
    }
  }
}
