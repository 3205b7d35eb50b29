package dev.tapedeck.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RandomsTest {
  private static final RandomKey KEY = new RandomKey(42, 3);
  private static final int MANY = 100_000;

  @AfterEach
  void seedAgain() {
    RandomKey.seed(0);
  }

  /** Bounds are those of what can be drawn; the mean and deviation are of many draws. */
  @ParameterizedTest
  @CsvSource({
    "uniform, FLOAT32, -1, 3, -1, 3, 1.0, 1.1547",
    "uniform, FLOAT64, 0, 1, 0, 1, 0.5, 0.2887",
    "normal, FLOAT32, 2, 3, -20, 24, 2.0, 3.0",
    "normal, FLOAT64, 0, 1, -8, 8, 0.0, 1.0",
    "truncatedNormal, FLOAT32, 1, 0.5, 0, 2, 1.0, 0.4398",
    "truncatedNormal, FLOAT64, 0, 1, -2, 2, 0.0, 0.8796",
  })
  void momentsAndBounds(
      String kind,
      DType dtype,
      double first,
      double second,
      double least,
      double most,
      double mean,
      double deviation) {
    Tensor drawn =
        switch (kind) {
          case "uniform" -> Randoms.uniform(KEY, dtype, first, second, MANY);
          case "normal" -> Randoms.normal(KEY, dtype, first, second, MANY);
          default -> Randoms.truncatedNormal(KEY, dtype, first, second, MANY);
        };
    double[] x = drawn.toDoubleArray();
    assertTrue(Arrays.stream(x).allMatch(v -> v >= least && v <= most));
    assertEquals(mean, Arrays.stream(x).average().orElseThrow(), 0.02 * deviation);
    double variance = Arrays.stream(x).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
    assertEquals(deviation, Math.sqrt(variance), 0.02 * deviation);
    if (kind.equals("truncatedNormal")) {
      // The tails are drawn again, not cut: nothing piles up at the bounds.
      double edge = 0.01 * (most - least);
      assertTrue(Arrays.stream(x).filter(v -> v > most - edge).count() < MANY / 100);
    }
  }

  /** Rounding to float32 must not reach the excluded bound. */
  @Test
  void uniformStaysBelowItsBound() {
    float[] x = Randoms.uniform(KEY, DType.FLOAT32, 1, 1 + 0x1p-20, MANY).toFloatArray();
    for (float value : x) {
      assertTrue(value >= 1 && value < 1 + 0x1p-20f);
    }
  }

  @Test
  void aKeyDeterminesTheNumbers() {
    Tensor all = Randoms.normal(KEY, DType.FLOAT64, 0, 1, 1001);
    Tensor again = Randoms.normal(KEY, DType.FLOAT64, 0, 1, 7, 143);
    assertArrayEquals(all.toDoubleArray(), again.toDoubleArray());
    double[] few = Randoms.normal(KEY, DType.FLOAT64, 0, 1, 5).toDoubleArray();
    assertArrayEquals(few, Arrays.copyOf(all.toDoubleArray(), 5));
    float[] single = Randoms.normal(KEY, DType.FLOAT32, 0, 1, 5).toFloatArray();
    assertEquals((float) few[4], single[4]);
  }

  @Test
  void otherStreamsAndSeedsDiffer() {
    Set<List<Double>> seen = new HashSet<>();
    List<RandomKey> keys =
        List.of(
            KEY,
            new RandomKey(42, 4),
            new RandomKey(42, 3L + (1L << 32)),
            new RandomKey(43, 3),
            new RandomKey(42L + (1L << 32), 3),
            KEY.fold(0),
            KEY.fold(1),
            KEY.fold(1L << 32),
            KEY.fold(0).fold(0));
    for (RandomKey key : keys) {
      double[] x = Randoms.uniform(key, DType.FLOAT64, 0, 1, 4).toDoubleArray();
      seen.add(Arrays.stream(x).boxed().toList());
    }
    assertEquals(keys.size(), seen.size());
  }

  @Test
  void theProcessSeedRepeats() {
    RandomKey.seed(7);
    float[] first = Randoms.uniform(3).toFloatArray();
    float[] second = Randoms.normal(3).toFloatArray();
    assertFalse(Arrays.equals(first, Randoms.uniform(3).toFloatArray()));
    RandomKey.seed(7);
    assertArrayEquals(first, Randoms.uniform(3).toFloatArray());
    assertArrayEquals(second, Randoms.normal(3).toFloatArray());
  }

  @Test
  void wholeNumbersAreEvenlySpread() {
    int[] counts = new int[10];
    IntStream.range(0, MANY).forEach(i -> counts[KEY.number(i, 10)]++);
    for (int count : counts) {
      assertEquals(MANY / 10., count, 400);
    }
  }
}
