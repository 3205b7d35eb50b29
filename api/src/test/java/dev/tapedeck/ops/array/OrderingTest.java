package dev.tapedeck.ops.array;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.tapedeck.ops.pointwise.Casting;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.Tensor;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Long lines, which are sorted and selected by digits or in blocks, against comparisons. */
final class OrderingTest {
  private static final double[] SPECIAL = {
    0.0,
    -0.0,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Float.MIN_VALUE,
    1,
    -1
  };

  private static double[] numbers(int count, long seed) {
    Random random = new Random(seed);
    return random
        .doubles(count)
        .map(u -> u < 0.05 ? SPECIAL[(int) (u * 160)] : u < 0.5 ? Math.rint(20 * u) : 300 * u - 200)
        .toArray();
  }

  /** Returns the positions in order; NaN is the largest, and both zeros are equal. */
  private static int[] order(double[] x, boolean descending) {
    Comparator<Integer> rising = Comparator.comparingDouble(i -> x[i] + 0.0);
    return IntStream.range(0, x.length)
        .boxed()
        .sorted(descending ? rising.reversed() : rising)
        .mapToInt(i -> i)
        .toArray();
  }

  private static void assertOrdered(DType dtype, double... line) {
    Tensor x = Casting.cast(line, dtype);
    double[] rounded = x.toDoubleArray();
    for (boolean descending : new boolean[] {false, true}) {
      int[] expected = order(rounded, descending);
      assertArrayEquals(expected, Sorting.argsort(x, 0, descending).toIntArray());
      assertArrayEquals(
          Arrays.stream(expected).mapToDouble(i -> rounded[i]).toArray(),
          Sorting.sort(x, 0, descending).toDoubleArray());
    }
    int[] falling = order(rounded, true);
    for (int k : new int[] {0, 1, 16, 17, 100, line.length / 2, line.length - 1, line.length}) {
      int[] expected = Arrays.copyOf(falling, k);
      assertArrayEquals(expected, Sorting.topK(x, k).indices().toIntArray(), dtype + " " + k);
    }
  }

  @ParameterizedTest
  @EnumSource(
      names = {"STRING", "BOOL"},
      mode = EnumSource.Mode.EXCLUDE)
  void longLines(DType dtype) {
    assertOrdered(dtype, numbers(5000, 1));
    assertOrdered(dtype, numbers(1025, 2));
    assertOrdered(dtype, new double[2000]);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void linesOfWholeRange(long seed) {
    long[] x = new Random(seed).longs(4000).toArray();
    x[17] = Long.MIN_VALUE;
    x[1700] = Long.MAX_VALUE;
    int[] expected =
        IntStream.range(0, x.length)
            .boxed()
            .sorted(Comparator.comparingLong(i -> x[i]))
            .mapToInt(i -> i)
            .toArray();
    assertArrayEquals(expected, Sorting.argsort(Tensor.of(x), 0).toIntArray());
    Tensor top = Sorting.topK(Tensor.of(x), 200).indices();
    for (int i = 0; i < 200; i++) {
      assertArrayEquals(
          new long[] {x[expected[x.length - 1 - i]]}, new long[] {x[top.toIntArray()[i]]});
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "FLOAT64"})
  void manyLinesOfAnyStride(DType dtype) {
    Tensor x = Shaping.reshape(Casting.cast(numbers(60 * 1500, 5), dtype), 60, 1500);
    Tensor columns = Shaping.transpose(x);
    int[] rows = Sorting.argsort(x, 1).toIntArray();
    int[] down = Shaping.transpose(Sorting.argsort(columns, 0)).toIntArray();
    assertArrayEquals(rows, down);
    int[] top = Sorting.topK(x, 5).indices().toIntArray();
    for (int i = 0; i < 60; i++) {
      double[] line = x.get(i, Index.ALL).toDoubleArray();
      assertArrayEquals(
          Arrays.copyOf(order(line, true), 5), Arrays.copyOfRange(top, 5 * i, 5 * i + 5));
    }
  }
}
