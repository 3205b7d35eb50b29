package dev.tapedeck.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.tapedeck.autodiff.GradientTape;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DropoutTest {
  private static final Tensor ONES = Tensor.ones(DType.FLOAT32, 100, 100);

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.5, 0.75})
  void keepsTheMeanInTraining(double rate) {
    double[] y = new Dropout(rate, 1).apply(ONES, true).toDoubleArray();
    assertEquals(
        Set.of(0f, (float) (1 / (1 - rate))),
        Arrays.stream(y).mapToObj(v -> (float) v).collect(Collectors.toSet()));
    double error = Math.sqrt(rate / (1 - rate) / y.length);
    assertEquals(1, Arrays.stream(y).average().orElseThrow(), 5 * error);
  }

  @Test
  void changesNothingOtherwise() {
    assertSame(ONES, new Dropout(0.5).apply(ONES, false));
    assertSame(ONES, new Dropout(0.5).apply(ONES));
    assertSame(ONES, new Dropout(0).apply(ONES, true));
  }

  private static float[] draw(Dropout layer) {
    return layer.apply(ONES, true).toFloatArray();
  }

  @Test
  void repeatsWithItsSeedAndDrawsAnewEachCall() {
    Dropout one = new Dropout(0.5, 7);
    Dropout same = new Dropout(0.5, 7);
    float[] first = draw(one);
    assertArrayEquals(first, draw(same));
    float[] second = draw(one);
    assertFalse(Arrays.equals(first, second));
    assertArrayEquals(second, draw(same));
    assertFalse(Arrays.equals(first, draw(new Dropout(0.5, 8))));
  }

  @Test
  void repeatsWithTheSeedOfTheProcess() {
    RandomKey.seed(3);
    float[] first = draw(new Dropout(0.5));
    assertFalse(Arrays.equals(first, draw(new Dropout(0.5))));
    RandomKey.seed(3);
    assertArrayEquals(first, draw(new Dropout(0.5)));
  }

  @Test
  void dropsGradientsWithTheirElements() {
    Tensor x = ONES;
    try (GradientTape tape = new GradientTape()) {
      tape.watch(x);
      Tensor y = new Dropout(0.5).apply(x, true);
      assertArrayEquals(y.toFloatArray(), tape.gradient(y.sum(), x).toFloatArray());
    }
  }
}
