package dev.tapedeck.layers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.ops.neural.Normalization;
import dev.tapedeck.ops.neural.Normalization.Moments;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.testing.LayerCheck;
import dev.tapedeck.testing.Operand;
import dev.tapedeck.train.Layer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RegularizationTest {
  private static Tensor ones(long... shape) {
    return Tensor.ones(DType.FLOAT32, shape);
  }

  static List<LongFunction<Layer>> layers() {
    return List.of(
        seed -> new AlphaDropout(0.5, seed),
        seed -> new GaussianNoise(0.5, seed),
        seed -> new GaussianDropout(0.5, seed),
        seed -> new Dropout(0.5, seed).noiseShape(-1, 1, -1),
        seed -> new SpatialDropout1D(0.5, seed));
  }

  @ParameterizedTest
  @MethodSource("layers")
  void theSameSeedGivesTheSameDraws(LongFunction<Layer> layer) {
    Tensor x = ones(4, 5, 8);
    Layer one = layer.apply(7);
    Layer same = layer.apply(7);
    float[] first = one.apply(x, true).toFloatArray();
    assertArrayEquals(first, same.apply(x, true).toFloatArray());
    float[] second = one.apply(x, true).toFloatArray();
    assertFalse(Arrays.equals(first, second));
    assertArrayEquals(second, same.apply(x, true).toFloatArray());
    assertFalse(Arrays.equals(first, layer.apply(8).apply(x, true).toFloatArray()));
    assertSame(x, one.apply(x));
  }

  @ParameterizedTest
  @MethodSource("layers")
  void tracedForAnyBatchItDrawsTheSame(LongFunction<Layer> layer) {
    Tensor x = ones(4, 5, 8);
    Layer traced = layer.apply(7);
    traced.apply(x);
    TracedFunction<Tensor> function =
        TracedFunction.<Tensor>ofAll("layer", in -> traced.apply(in.getFirst(), true))
            .withSignature(new TensorSpec(DType.FLOAT32, Shape.of(-1, 5, 8)));
    assertArrayEquals(
        layer.apply(7).apply(x, true).toFloatArray(), function.call(x).toFloatArray(), 1e-6f);
  }

  @TestFactory
  Stream<DynamicTest> inference() {
    return layers().stream()
        .flatMap(layer -> LayerCheck.tests(() -> layer.apply(1), Operand.real(2, 3, 2)));
  }

  private static void assertMoments(double mean, double variance, Tensor y) {
    Moments moments = Normalization.moments(y);
    assertEquals(mean, moments.mean().item(), 0.02);
    assertEquals(variance, moments.variance().item(), 0.03);
  }

  @Test
  void noiseHasItsMeanAndDeviation() {
    Tensor x = ones(200, 200);
    assertMoments(1, 0.25, new GaussianNoise(0.5, 1).apply(x, true));
    assertMoments(2, 4 * 0.2 / 0.8, new GaussianDropout(0.2, 1).apply(x.mul(2), true));
    assertEquals(
        DType.BFLOAT16, new GaussianNoise(1, 1).apply(x.cast(DType.BFLOAT16), true).dtype());
  }

  @Test
  void alphaDropoutKeepsMeanAndVarianceOfNormalNumbers() {
    Tensor x = Randoms.normal(RandomKey.of(3), DType.FLOAT32, 0, 1, 200, 200);
    for (double rate : new double[] {0.1, 0.5}) {
      Tensor y = new AlphaDropout(rate, 1).apply(x, true);
      assertMoments(0, 1, y);
      double limit =
          (-1.7580993 + 1.7580993 * rate) / Math.sqrt((1 - rate) * (1 + rate * 3.0909133));
      long dropped =
          Arrays.stream(y.toDoubleArray()).filter(v -> Math.abs(v - limit) < 1e-6).count();
      assertEquals(rate, dropped / 40_000.0, 0.01);
    }
  }

  private static Set<Float> values(Tensor y) {
    return Arrays.stream(y.toDoubleArray()).mapToObj(v -> (float) v).collect(Collectors.toSet());
  }

  private static void assertChannelsDropped(Layer layer, Tensor x, int... spatialAxes) {
    Tensor y = layer.apply(x, true);
    assertEquals(Set.of(0f, 2f), values(y));
    assertArrayEquals(y.max(spatialAxes).toFloatArray(), y.min(spatialAxes).toFloatArray());
    assertEquals(1, y.mean().item(), 0.2);
  }

  @Test
  void elementsOfAChannelShareTheirFate() {
    assertChannelsDropped(new SpatialDropout1D(0.5, 1), ones(20, 3, 20), 1);
    assertChannelsDropped(new SpatialDropout2D(0.5, 1), ones(20, 3, 2, 20), 1, 2);
    assertChannelsDropped(new SpatialDropout3D(0.5, 1), ones(20, 3, 2, 2, 20), 1, 2, 3);
    ImageLayout first = ImageLayout.CHANNELS_FIRST;
    assertChannelsDropped(new SpatialDropout2D(0.5, 1).dataFormat(first), ones(20, 20, 3, 2), 2, 3);
    assertChannelsDropped(
        new SpatialDropout3D(0.5, 1).dataFormat(first), ones(20, 20, 3, 2, 2), 2, 3, 4);
    assertChannelsDropped(new Dropout(0.5, 1).noiseShape(-1, 1, 20), ones(20, 3, 20), 1);
    Tensor y = new AlphaDropout(0.5, 1).noiseShape(20, -1, 1).apply(ones(20, 20, 3), true);
    assertArrayEquals(y.max(2).toFloatArray(), y.min(2).toFloatArray());
  }

  @Test
  void activityIsPenalizedForEachExample() {
    ActivityRegularization layer = new ActivityRegularization(0.5, 2);
    Tensor x = Tensor.of(new float[][] {{1, -2}, {3, 0}});
    assertSame(x, layer.apply(x));
    assertEquals((0.5 * 6 + 2 * 14) / 2, layer.losses().getFirst().item(), 1e-5);
  }

  private static void assertRefused(String message, Runnable mistake) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, mistake::run).getMessage());
  }

  @Test
  void mistakesAreExplained() {
    assertRefused(
        "AlphaDropout: the rate, the part that is set to 0, must be in [0, 1), received 1.0",
        () -> new AlphaDropout(1));
    assertRefused(
        "GaussianNoise: stddev must be 0 or more, received -1.0; give such a number",
        () -> new GaussianNoise(-1));
    assertRefused(
        "Dropout: needs a noiseShape of sizes of 1 or more, or -1 for the input's, received [0, 1];"
            + " use 1 for the axes that share a draw",
        () -> new Dropout(0.5).noiseShape(0, 1));
    assertRefused(
        "Dropout: needs a noiseShape (2, 1) whose sizes are the input's, or 1, received (3, 4); use"
            + " -1 for axes of any size",
        () -> new Dropout(0.5).noiseShape(2, 1).apply(ones(3, 4), true));
    assertRefused(
        "SpatialDropout2D: needs inputs [n, h, w, c], received (2, 3); batch(n) the dataset, or"
            + " expandDims a single example",
        () -> new SpatialDropout2D(0.5).apply(ones(2, 3), true));
    assertRefused(
        "ActivityRegularization: l1 must be 0 or more, received -1.0; give such a number",
        () -> new ActivityRegularization(-1, 0));
  }
}
