package dev.tapedeck.ops.array;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows added at indices, against a loop that adds them one after the other: the same bits. */
class ScatterTest {
  @ParameterizedTest
  @CsvSource({"1, 140000", "3, 70000", "15, 300", "16, 5000", "17, 5000", "64, 9000", "1500, 40"})
  void segmentsAreSumsInOrder(int size, int rows) {
    Tensor data = Randoms.normal(RandomKey.of(size), DType.FLOAT32, 0, 1, rows, size);
    Tensor ids = Randoms.randint(RandomKey.of(rows), -1, 200, rows);

    Tensor sums = Segments.unsortedSegmentSum(data, ids, 200);

    float[] expected = naive(data.toFloatArray(), ids.toIntArray(), size, 1, 200);
    assertArrayEquals(expected, sums.toFloatArray());
  }

  /** The gradient of a mean over rows is broadcast; it is added without a copy of it. */
  @ParameterizedTest
  @ValueSource(ints = {1, 5, 32, 1100})
  void gradientsOfLookupsAddUpBroadcastRows(int size) {
    Tensor table = Randoms.normal(RandomKey.of(1), DType.FLOAT32, 0, 1, 50, size);
    Tensor ids = Randoms.randint(RandomKey.of(2), 0, 50, 30, 40);
    Tensor factors = Randoms.normal(RandomKey.of(3), DType.FLOAT32, 0, 1, 30, size);
    Tensor gradient;
    try (GradientTape tape = new GradientTape()) {
      tape.watch(table);
      Tensor sums = Indexing.embeddingLookup(table, ids).sum(1);
      gradient = tape.gradient(sums.mul(factors).sum(), table);
    }

    float[] expected = naive(factors.toFloatArray(), ids.toIntArray(), size, 40, 50);
    assertArrayEquals(expected, gradient.toFloatArray());
  }

  @ParameterizedTest
  @ValueSource(strings = {"FLOAT64", "INT32", "INT8"})
  void otherTypesAddUp(DType dtype) {
    Tensor data = Randoms.randint(RandomKey.of(5), -3, 4, 500, 20).cast(dtype);
    Tensor ids = Randoms.randint(RandomKey.of(6), 0, 7, 500);

    Tensor sums = Segments.unsortedSegmentSum(data, ids, 7).cast(DType.FLOAT32);

    float[] values = data.cast(DType.FLOAT32).toFloatArray();
    float[] expected = naive(values, ids.toIntArray(), 20, 1, 7);
    Tensor stored = Tensor.of(expected).cast(DType.INT32).cast(dtype).cast(DType.FLOAT32);
    assertArrayEquals(stored.toFloatArray(), sums.toFloatArray());
  }

  private static float[] naive(float[] rows, int[] ids, int size, int copies, int count) {
    float[] sums = new float[count * size];
    for (int i = 0; i < ids.length; i++) {
      for (int j = 0; ids[i] >= 0 && j < size; j++) {
        sums[ids[i] * size + j] += rows[i / copies * size + j];
      }
    }
    return sums;
  }
}
