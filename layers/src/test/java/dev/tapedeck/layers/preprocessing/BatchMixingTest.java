package dev.tapedeck.layers.preprocessing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.ops.array.Creation;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.train.Input;
import dev.tapedeck.train.Model;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BatchMixingTest {
  private static final Tensor IMAGES =
      Randoms.uniform(RandomKey.of(3), DType.FLOAT32, 0, 255, 6, 8, 9, 2);
  private static final LabelledBatch BATCH =
      new LabelledBatch(IMAGES, Creation.eye(6, 6, DType.FLOAT32));

  static Stream<BatchMixing<?, ?, ?>> layers() {
    return Stream.of(new MixUp(0.9), new CutMix(List.of(0.8, 1.0)));
  }

  private static float[] draw(BatchMixing<?, ?, ?> layer) {
    return layer.apply(BATCH, true).images().toFloatArray();
  }

  @ParameterizedTest
  @MethodSource("layers")
  void seedsRepeatAndEachCallDrawsAnew(BatchMixing<?, ?, ?> layer) {
    BatchMixing<?, ?, ?> one = layer.copy().seed(7);
    BatchMixing<?, ?, ?> same = layer.copy().seed(7);
    float[] first = draw(one);
    assertArrayEquals(first, draw(same));
    float[] second = draw(one);
    assertFalse(Arrays.equals(first, second));
    assertArrayEquals(second, draw(same));
  }

  @ParameterizedTest
  @MethodSource("layers")
  void nothingChangesOutsideOfTraining(BatchMixing<?, ?, ?> layer) {
    LabelledBatch output = layer.apply(BATCH);
    assertSame(BATCH.images(), output.images());
    assertSame(BATCH.labels(), output.labels());
  }

  @ParameterizedTest
  @MethodSource("layers")
  void labelsAreSharedAsImagesAre(BatchMixing<?, ?, ?> layer) {
    Tensor numbers = Creation.range(0, 6, 1, DType.FLOAT32);
    Tensor flat = numbers.reshape(6, 1, 1, 1).add(Creation.zerosLike(IMAGES));
    LabelledBatch mixed = layer.seed(1).apply(new LabelledBatch(flat, BATCH.labels()), true);
    for (double sum : mixed.labels().sum(-1).toDoubleArray()) {
      assertEquals(1, sum, 1e-6);
    }
    double[] ofLabels = mixed.labels().mul(numbers).sum(-1).toDoubleArray();
    double[] ofImages = mixed.images().mean(1, 2, 3).toDoubleArray();
    // The edges of rectangles lie between pixels, one row and column of 8 and 9 at most.
    assertArrayEquals(ofImages, ofLabels, layer instanceof MixUp ? 1e-5 : 5 * (1 / 8.0 + 1 / 9.0));
  }

  @ParameterizedTest
  @MethodSource("layers")
  void tracedWithUnknownBatchSizeTheyDrawTheSame(BatchMixing<?, ?, ?> layer) {
    BatchMixing<?, ?, ?> eager = layer.copy().seed(7);
    BatchMixing<?, ?, ?> traced = layer.copy().seed(7);
    TracedFunction<Tensor> function =
        TracedFunction.<Tensor>ofAll(
                "layer",
                x ->
                    traced
                        .apply(new LabelledBatch((Tensor) x.get(0), (Tensor) x.get(1)), true)
                        .images())
            .withSignature(
                new TensorSpec(DType.FLOAT32, Shape.of(-1, 8, 9, 2)),
                new TensorSpec(DType.FLOAT32, Shape.of(-1, 6)));
    for (int call = 0; call < 2; call++) {
      assertArrayEquals(
          draw(eager), function.call(BATCH.images(), BATCH.labels()).toFloatArray(), 1e-3f);
    }
  }

  @ParameterizedTest
  @MethodSource("layers")
  void imagesAloneAreMixedAsThoseWithLabels(BatchMixing<?, ?, ?> layer) {
    float[] mixed = layer.copy().seed(7).apply(BATCH.images(), true).toFloatArray();
    assertArrayEquals(draw(layer.copy().seed(7)), mixed);
    assertSame(BATCH.images(), layer.copy().apply(BATCH.images()));
    Tensor input = Input.of(8, 9, 2);
    Model model = Model.of(input, layer.copy().seed(7).apply(input));
    assertArrayEquals(mixed, model.apply(BATCH.images(), true).toFloatArray());
  }

  @Test
  void channelsMayBeFirst() {
    LabelledBatch first = new LabelledBatch(Shaping.transpose(IMAGES, 0, 3, 1, 2), BATCH.labels());
    CutMix layer = new CutMix().dataFormat(ImageLayout.CHANNELS_FIRST).seed(7);
    assertArrayEquals(
        Shaping.transpose(new CutMix().seed(7).apply(BATCH, true).images(), 0, 3, 1, 2)
            .toFloatArray(),
        layer.apply(first, true).images().toFloatArray());
  }

  @Test
  void partsAreOfTheBetaDistribution() {
    Tensor images = Tensor.zeros(DType.FLOAT32, 20_000, 1, 1, 1);
    double alpha = 0.4;
    double[] parts = new MixUp(alpha).draw(images, RandomKey.of(1)).weight().toDoubleArray();
    double mean = DoubleStream.of(parts).average().orElseThrow();
    double variance = DoubleStream.of(parts).map(v -> v * v).average().orElseThrow() - mean * mean;
    assertEquals(0.5, mean, 0.01);
    assertEquals(1 / (4 * (2 * alpha + 1)), variance, 0.005);
    CutMix.Drawn drawn = new CutMix(List.of(1.0, 1.0)).draw(images, RandomKey.of(1));
    assertEquals(0.5, drawn.box().partOf(images).mean().toDoubleArray()[0], 0.01);
    int[] order = drawn.order().toIntArray();
    assertEquals(20_000, Arrays.stream(order).distinct().count());
    assertTrue(Arrays.stream(order).limit(100).anyMatch(v -> v > 10_000));
  }

  @Test
  void wholeNumbersBecomeFloats() {
    LabelledBatch bytes =
        new LabelledBatch(IMAGES.cast(DType.UINT8), BATCH.labels().cast(DType.INT32));
    for (boolean training : new boolean[] {false, true}) {
      LabelledBatch output = new MixUp().apply(bytes, training);
      assertEquals(DType.FLOAT32, output.images().dtype());
      assertEquals(DType.FLOAT32, output.labels().dtype());
    }
  }

  @Test
  void mistakesAreExplained() {
    IllegalArgumentException error =
        assertThrows(
            IllegalArgumentException.class,
            () -> new MixUp().apply(new LabelledBatch(IMAGES, BATCH.labels().get(Index.ALL, 0))));
    assertEquals(
        "MixUp: needs a batch of images of rank 4, or a LabelledBatch of these and labels [n, classes],"
            + " received (6, 8, 9, 2) and (6,); batch(n) the dataset, and make labels of classes by"
            + " oneHot",
        error.getMessage());
    error = assertThrows(IllegalArgumentException.class, () -> new MixUp(0));
    assertEquals("MixUp: alpha is above 0, received 0.0; give a number as 0.2", error.getMessage());
  }
}
