package dev.tapedeck.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.ops.random.RandomGenerator;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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

  @ParameterizedTest
  @CsvSource({"0.3, FLOAT32", "1, FLOAT64", "2.5, FLOAT32", "40, FLOAT64"})
  void gammaHasItsMoments(double alpha, DType dtype) {
    Tensor drawn = Randoms.gamma(KEY, Tensor.full(dtype, alpha), MANY);
    assertEquals(dtype, drawn.dtype());
    double[] x = drawn.toDoubleArray();
    assertTrue(Arrays.stream(x).allMatch(v -> v >= 0));
    assertEquals(alpha, Arrays.stream(x).average().orElseThrow(), 0.02 * alpha);
    double variance = Arrays.stream(x).map(v -> (v - alpha) * (v - alpha)).average().orElseThrow();
    assertEquals(alpha, variance, 0.03 * alpha);
    double third = Arrays.stream(x).map(v -> Math.pow(v - alpha, 3)).average().orElseThrow();
    assertEquals(2 * alpha, third, 0.3 * alpha + 0.1 * Math.pow(alpha, 1.5));
  }

  @ParameterizedTest
  @CsvSource({"0.5, 0.5, FLOAT32", "2, 5, FLOAT64", "1, 1, FLOAT32", "0.001, 0.003, FLOAT64"})
  void betaHasItsMoments(double a, double b, DType dtype) {
    Tensor alpha = Tensor.full(dtype, a);
    double[] x = Randoms.beta(KEY, alpha, Tensor.full(dtype, b), MANY).toDoubleArray();
    double mean = a / (a + b);
    double deviation = Math.sqrt(mean * (1 - mean) / (a + b + 1));
    assertTrue(Arrays.stream(x).allMatch(v -> v >= 0 && v <= 1));
    assertMoments(mean, deviation, x);
  }

  @ParameterizedTest
  @CsvSource({"1, 0.3", "20, 0.4", "20, 0.6", "1000, 0.01", "1000, 0.5", "7, 1", "0, 0.5"})
  void binomialHasItsMoments(double n, double p) {
    double[] x = Randoms.binomial(KEY, n, p, MANY).toDoubleArray();
    assertTrue(Arrays.stream(x).allMatch(v -> v >= 0 && v <= n && v == Math.rint(v)));
    assertMoments(n * p, Math.sqrt(n * p * (1 - p)), x);
  }

  private static void assertMoments(double mean, double deviation, double... x) {
    assertEquals(mean, Arrays.stream(x).average().orElseThrow(), 0.02 * deviation);
    double variance = Arrays.stream(x).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
    assertEquals(deviation, Math.sqrt(variance), 0.02 * deviation);
  }

  @Test
  void binomialHasItsProbabilities() {
    double[] x = Randoms.binomial(KEY, 40.0, 0.4, MANY).toDoubleArray();
    double probability = Math.pow(0.6, 40);
    for (int k = 0; k <= 40; k++) {
      int number = k;
      double seen = Arrays.stream(x).filter(v -> v == number).count() / (double) MANY;
      double spread = Math.sqrt(probability / MANY);
      assertEquals(probability, seen, 5 * spread + 1e-5, "probability of " + k);
      probability *= 0.4 / 0.6 * (40 - k) / (k + 1);
    }
  }

  @Test
  void randintHasItsBounds() {
    int[] x = Randoms.randint(KEY, -2, 3, MANY).toIntArray();
    assertEquals(Set.of(-2, -1, 0, 1, 2), Set.copyOf(Arrays.stream(x).boxed().toList()));
  }

  @Test
  void binomialRefusesWhatIsNoCountOrProbability() {
    assertThrows(IllegalArgumentException.class, () -> Randoms.binomial(KEY, 2.5, 0.5, 1));
    assertThrows(IllegalArgumentException.class, () -> Randoms.binomial(KEY, -1.0, 0.5, 1));
    assertThrows(IllegalArgumentException.class, () -> Randoms.binomial(KEY, 2.0, 1.5, 1));
    assertThrows(IllegalArgumentException.class, () -> Randoms.binomial(KEY, 2.0, Double.NaN, 1));
  }

  @Test
  void gammaRefusesWhatIsNotAboveZeroAndFinite() {
    for (double alpha : new double[] {0, Double.POSITIVE_INFINITY, Double.NaN}) {
      double[] alphas = {Double.MAX_VALUE, alpha};
      assertEquals(
          "gamma: alpha must be finite and above 0, received "
              + alpha
              + " at position 1; make it positive first, as by softplus",
          assertThrows(IllegalArgumentException.class, () -> Randoms.gamma(KEY, alphas))
              .getMessage());
    }
  }

  @Test
  void wholeNumbersAreUniform() {
    int[] counts = new int[5];
    for (long drawn : Randoms.uniform(KEY, DType.INT8, -2, 3, MANY).toLongArray()) {
      counts[(int) drawn + 2]++;
    }
    for (int count : counts) {
      assertEquals(MANY / 5., count, 600);
    }
    assertEquals(
        "uniform: needs a number that fits uint8, received 299.0; cast the tensor,"
            + " or use"
            + " another number",
        assertThrows(
                IllegalArgumentException.class, () -> Randoms.uniform(KEY, DType.UINT8, 0, 300, 2))
            .getMessage());
  }

  @Test
  void classesAreDrawnByTheirProbabilities() {
    double[] logits = {Math.log(0.1), Math.log(0.6), Double.NEGATIVE_INFINITY, Math.log(0.3)};
    int[] counts = new int[4];
    for (int drawn : Randoms.categorical(KEY, logits, MANY).toIntArray()) {
      counts[drawn]++;
    }
    assertEquals(0.1, counts[0] / (double) MANY, 0.005);
    assertEquals(0.6, counts[1] / (double) MANY, 0.005);
    assertEquals(0, counts[2]);
  }

  @Test
  void everyOrderIsAsLikely() {
    Map<List<Integer>, Integer> counts = new HashMap<>();
    for (int i = 0; i < 12_000; i++) {
      int[] order = Randoms.permutation(KEY.foldIn(i), 3).toIntArray();
      counts.merge(Arrays.stream(order).boxed().toList(), 1, Integer::sum);
    }
    assertEquals(6, counts.size());
    counts.values().forEach(count -> assertEquals(2000, count, 200));
  }

  @Test
  void aGeneratorGoesOnWhereItsStateWasSaved() {
    RandomGenerator generator = RandomGenerator.of(9);
    generator.next();
    Tensor saved = generator.state().value();
    RandomKey second = generator.next();
    RandomKey third = generator.next();
    assertFalse(second.equals(third));
    RandomGenerator other = RandomGenerator.of(0);
    other.state().assign(saved);
    assertEquals(second, other.next());
    assertEquals(third, other.next());
  }

  /** Rounding to float32 must not reach the excluded bound. */
  @Test
  void uniformStaysBelowItsBound() {
    float[] x = Randoms.uniform(KEY, DType.FLOAT32, 1, 1 + 0x1p-20, MANY).toFloatArray();
    for (float value : x) {
      assertTrue(value >= 1 && value < 1 + 0x1p-20f);
    }
    for (DType dtype : List.of(DType.FLOAT16, DType.BFLOAT16)) {
      for (float value : Randoms.uniform(KEY, dtype, 0, 1, MANY).toFloatArray()) {
        assertTrue(value >= 0 && value < 1);
      }
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
            KEY.foldIn(0),
            KEY.foldIn(1),
            KEY.foldIn(1L << 32),
            KEY.foldIn(0).foldIn(0));
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
