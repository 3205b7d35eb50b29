package dev.tapedeck.ops.array;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tapedeck.ops.kernels.Kernels;
import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.EagerTensor;
import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Work along an axis, and at indices, of sizes that several threads share. */
final class LongLinesTest {
  private static final double[] SPECIAL = {
    Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.0, 1e-45
  };

  private static Tensor numbers(DType dtype, long... shape) {
    Random random = new Random(7);
    int count = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    double[] x = random.doubles(count, -1.5, 1.5).toArray();
    for (int i = 0; i < count; i += 997) {
      x[i] = SPECIAL[i / 997 % SPECIAL.length];
    }
    return Shaping.reshape(Casting.cast(x, dtype), shape);
  }

  /** Sizes around the number of lines that run together, on both sides of the axis. */
  @ParameterizedTest
  @CsvSource({
    "1, 3000, 1",
    "3, 1100, 1",
    "9, 1000, 1",
    "1, 400, 255",
    "2, 300, 257",
    "3, 50, 600",
    "5, 0, 3"
  })
  void runningTotalsAreRoundedOnce(int outer, int size, int inner) {
    Tensor x = numbers(DType.FLOAT32, outer, size, inner);
    float[] elements = x.toFloatArray();
    for (int variant = 0; variant < 8; variant++) {
      boolean times = (variant & 1) != 0;
      boolean exclusive = (variant & 2) != 0;
      boolean reverse = (variant & 4) != 0;
      float[] expected = new float[elements.length];
      for (int line = 0; line < outer * inner; line++) {
        double total = times ? 1 : 0;
        for (int j = 0; j < size; j++) {
          int at = (line / inner * size + (reverse ? size - 1 - j : j)) * inner + line % inner;
          double next = times ? total * elements[at] : total + elements[at];
          expected[at] = (float) (exclusive ? total : next);
          total = next;
        }
      }
      Tensor result =
          times
              ? Cumulative.cumprod(x, 1, exclusive, reverse)
              : Cumulative.cumsum(x, 1, exclusive, reverse);
      assertArrayEquals(expected, result.toFloatArray(), "variant " + variant);
    }
  }

  /** Sums of rows wide and narrow, on however many threads, are those in the order of indices. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 31, 32, 33, 70})
  void additionsAreInTheOrderOfIndices(int width) {
    int count = 60_000 / width;
    int rows = 40;
    int[] indices = new Random(3).ints(count, 0, rows).toArray();
    Tensor updates = numbers(DType.FLOAT32, count, width);
    float[] added = updates.toFloatArray();
    float[] expected = new float[rows * width];
    for (int i = 0; i < count; i++) {
      for (int c = 0; c < width; c++) {
        expected[indices[i] * width + c] += added[i * width + c];
      }
    }
    Tensor where = Tensor.of(indices);
    Tensor tuples = Shaping.reshape(where, count, 1);
    assertArrayEquals(expected, Scattering.scatterNd(tuples, updates, rows, width).toFloatArray());
    assertArrayEquals(expected, Segments.unsortedSegmentSum(updates, where, rows).toFloatArray());
    EagerTensor gathered =
        EagerTensor.allocate(new TensorSpec(DType.FLOAT32, Shape.of(rows, width)));
    new IndexWalk.Slices(0)
        .addToZeros(
            Kernels.forOperands(gathered),
            "gather",
            (EagerTensor) updates,
            (EagerTensor) where,
            gathered);
    assertArrayEquals(expected, gathered.toFloatArray());
  }

  @ParameterizedTest
  @CsvSource({"FLOAT32, INT32", "FLOAT64, INT32", "FLOAT32, INT64", "INT8, INT32", "INT16, INT64"})
  void elementsAreTakenAlongEitherAxis(DType dtype, DType ofIndices) {
    double[] whole = new Random(5).ints(700 * 60, -99, 99).asDoubleStream().toArray();
    Tensor x = Shaping.reshape(Casting.cast(whole, dtype), 60, 700);
    int[] indices = new Random(6).ints(60 * 900, 0, 60).toArray();
    Tensor wide = Casting.cast(Shaping.reshape(Tensor.of(indices), 60, 900), ofIndices);
    Tensor high =
        Casting.cast(
            Shaping.reshape(Tensor.of(indices).get(Index.to(70 * 700)), 70, 700), ofIndices);
    assertArrayEquals(
        IntStream.range(0, 60 * 900).mapToDouble(i -> whole[i / 900 * 700 + indices[i]]).toArray(),
        Scattering.takeAlongAxis(x, wide, 1).toDoubleArray());
    assertArrayEquals(
        IntStream.range(0, 70 * 700).mapToDouble(i -> whole[indices[i] * 700 + i % 700]).toArray(),
        Scattering.takeAlongAxis(x, high, 0).toDoubleArray());
    indices[30_000] = 700;
    Tensor wrong = Casting.cast(Shaping.reshape(Tensor.of(indices), 60, 900), ofIndices);
    assertEquals(
        "takeAlongAxis: indices must be in [0, 700), received 700 at position 30000; count from 0;"
            + " negative indices do not count from the end",
        assertThrows(IllegalArgumentException.class, () -> Scattering.takeAlongAxis(x, wrong, 1))
            .getMessage());
  }
}
