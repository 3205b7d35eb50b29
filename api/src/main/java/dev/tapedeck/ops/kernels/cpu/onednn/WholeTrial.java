package dev.tapedeck.ops.kernels.cpu.onednn;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Elements;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.LongToIntFunction;

/**
 * A trial whether a plan multiplies matrices of int8 exactly, on random numbers and on the largest.
 *
 * <p>oneDNN 3.11 adds up in 16 bits on processors without VNNI, rounds sums above 2^24 to float32
 * on those without AMX, and with AMX reads scratch memory that it has not written if the number of
 * terms is no multiple of 64.
 *
 * <p>A result {@code c} of {@code a b} is right if {@code c v = a (b v)} for random {@code v} (R.
 * Freivalds, "Probabilistic machines can use less running time", IFIP 1977), but for one error in
 * thousands.
 */
final class WholeTrial {
  private static final long SEED = 1;
  private static final int MOST = 1000;

  private final EagerTensor a;
  private final boolean transposeA;
  private final EagerTensor b;
  private final boolean transposeB;
  private final EagerTensor output;
  private final SplittableRandom random = new SplittableRandom(SEED);

  private WholeTrial(
      EagerTensor a, boolean transposeA, EagerTensor b, boolean transposeB, EagerTensor output) {
    this.a = like(a);
    this.transposeA = transposeA;
    this.b = like(b);
    this.transposeB = transposeB;
    this.output = like(output);
  }

  /** Returns whether a plan for matrices like these, which are not touched, is exact. */
  static boolean passes(
      PrimitivePlan plan,
      Workspace workspace,
      EagerTensor a,
      boolean transposeA,
      EagerTensor b,
      boolean transposeB,
      EagerTensor output) {
    WholeTrial trial = new WholeTrial(a, transposeA, b, transposeB, output);
    try {
      return trial.isExact(plan, workspace, -128, 127, -128, 127)
          && trial.isExact(plan, workspace, 126, 127, -128, -127)
          && trial.isExact(plan, workspace, -128, -127, -128, -127);
    } finally {
      trial.a.release();
      trial.b.release();
      trial.output.release();
    }
  }

  /** Returns a matrix of the same shape and strides. */
  private static EagerTensor like(EagerTensor matrix) {
    long[] strides = matrix.strides();
    long extent =
        1 + (matrix.shape().size(0) - 1) * strides[0] + (matrix.shape().size(1) - 1) * strides[1];
    EagerTensor memory = EagerTensor.allocate(new TensorSpec(matrix.dtype(), Shape.of(extent)));
    return memory.view(matrix.shape(), strides, 0);
  }

  private boolean isExact(
      PrimitivePlan plan, Workspace workspace, int leastA, int mostA, int leastB, int mostB) {
    fill(a, leastA, mostA);
    fill(b, leastB, mostB);
    plan.runInUsedScratch(workspace, a, b, output);
    long[] v = new long[(int) output.shape().size(1)];
    for (int i = 0; i < v.length; i++) {
      v[i] = random.nextLong(1, MOST);
    }
    long[] expected = times(a, transposeA, times(b, transposeB, v));
    long[] found = times(output, false, v);
    return Arrays.equals(expected, found);
  }

  private void fill(EagerTensor matrix, int least, int most) {
    long count = matrix.memory().byteSize();
    for (long i = 0; i < count; i++) {
      matrix.memory().set(Elements.BYTE, i, (byte) random.nextInt(least, most + 1));
    }
  }

  private static long[] times(EagerTensor matrix, boolean transpose, long... v) {
    int row = transpose ? 1 : 0;
    long down = matrix.strides()[row];
    long across = matrix.strides()[1 - row];
    LongToIntFunction element =
        matrix.dtype() == DType.INT8
            ? i -> matrix.memory().get(Elements.BYTE, i)
            : i -> matrix.memory().getAtIndex(Elements.INT, i);
    long[] products = new long[(int) matrix.shape().size(row)];
    for (int i = 0; i < products.length; i++) {
      for (int j = 0; j < v.length; j++) {
        products[i] += element.applyAsInt(i * down + j * across) * v[j];
      }
    }
    return products;
  }
}
