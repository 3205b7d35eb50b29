package dev.tapedeck.layers.preprocessing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.function.TracedFunction;
import dev.tapedeck.layers.preprocessing.RandomFlip.Mode;
import dev.tapedeck.ops.array.Shaping;
import dev.tapedeck.ops.neural.ImageLayout;
import dev.tapedeck.ops.neural.ImageTransforms.FillMode;
import dev.tapedeck.ops.neural.Images.Interpolation;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Index;
import dev.tapedeck.tensor.Shape;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.tensor.TensorSpec;
import dev.tapedeck.testing.LayerCheck;
import dev.tapedeck.testing.Operand;
import dev.tapedeck.train.Layer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ImageLayersTest {
  private static final Tensor IMAGES =
      Randoms.uniform(RandomKey.of(3), DType.FLOAT32, 0, 255, 4, 6, 8, 3);

  /** Layers that change most images in training. */
  static Stream<ImageAugmentation<?, ?, ?>> random() {
    return Stream.of(
        new RandomCrop(3, 4),
        new RandomFlip(),
        new RandomBrightness(List.of(0.1, 0.5)),
        new RandomContrast(0.5),
        new RandomInvert(List.of(0.4, 0.6)),
        new RandomGrayscale(),
        new RandomHue(List.of(0.3, 0.6)),
        new RandomSaturation(List.of(0.1, 0.4)),
        new RandomColorDegeneration(List.of(0.1, 0.9)),
        new RandomColorJitter()
            .brightnessFactor(0.3)
            .contrastFactor(0.3)
            .saturationFactor(0.4, 0.6)
            .hueFactor(0.3),
        new RandomPosterization(List.of(2, 5)),
        new Solarization(0.5, 0.5),
        new RandomSharpness(1),
        new RandomErasing(List.of(0.9, 1.0)),
        new RandomErasing(List.of(0.9, 1.0)).fillValue(7),
        new RandomRotation(0.5),
        new RandomTranslation(0.5, 0.5),
        new RandomZoom(0.5),
        new RandomZoom(0.5, 0.5).fillMode(FillMode.WRAP),
        new RandomShear(0.5, 0.5).interpolation(Interpolation.NEAREST),
        new RandomPerspective(List.of(0.9, 1.0)),
        new RandomGaussianBlur(List.of(0.9, 1.0)).kernelSize(3, 5).sigma(0.5, 2),
        new RandomElasticTransform(List.of(0.9, 1.0)).scale(0.5, 1),
        new RandAugment(),
        new RandAugment().numOps(1).factor(0.9),
        new AugMix().numChains(2).chainDepth(1),
        new AugMix().allOps(false).numChains(1).chainDepth(2));
  }

  private static float[] draw(Layer layer) {
    return layer.apply(IMAGES, true).toFloatArray();
  }

  @ParameterizedTest
  @MethodSource("random")
  void seedsRepeatAndEachCallDrawsAnew(ImageAugmentation<?, ?, ?> layer) {
    Layer one = layer.copy().seed(7);
    Layer same = layer.copy().seed(7);
    float[] first = draw(one);
    assertArrayEquals(first, draw(same));
    float[] second = draw(one);
    float[] third = draw(one);
    assertFalse(Arrays.equals(first, second) && Arrays.equals(second, third));
    assertArrayEquals(second, draw(same));
    RandomKey.seed(5);
    float[] ofProcess = draw(layer);
    RandomKey.seed(5);
    assertArrayEquals(ofProcess, draw(layer.copy()));
  }

  @ParameterizedTest
  @MethodSource("random")
  void tracedWithUnknownBatchSizeTheyDrawTheSame(ImageAugmentation<?, ?, ?> layer) {
    Layer eager = layer.copy().seed(7);
    Layer traced = layer.copy().seed(7);
    TensorSpec spec = new TensorSpec(DType.FLOAT32, Shape.of(-1, 6, 8, 3));
    TracedFunction<Tensor> function =
        TracedFunction.<Tensor>ofAll("layer", x -> traced.apply(x.getFirst(), true))
            .withSignature(spec);
    for (int call = 0; call < 2; call++) {
      assertArrayEquals(
          eager.apply(IMAGES, true).toFloatArray(), function.call(IMAGES).toFloatArray(), 1e-3f);
    }
  }

  @ParameterizedTest
  @MethodSource("random")
  void channelsMayBeFirstAndAnImageAlone(ImageAugmentation<?, ?, ?> layer) {
    Layer last = layer.copy().seed(7);
    Layer first = layer.copy().seed(7).dataFormat(ImageLayout.CHANNELS_FIRST);
    assertArrayEquals(
        Shaping.transpose(last.apply(IMAGES, true), 0, 3, 1, 2).toFloatArray(),
        first.apply(Shaping.transpose(IMAGES, 0, 3, 1, 2), true).toFloatArray(),
        1e-4f);
    Layer alone = layer.copy().seed(7);
    Layer batch = layer.copy().seed(7);
    Tensor image = IMAGES.get(0);
    assertArrayEquals(
        batch.apply(Shaping.expandDims(image, 0), true).toFloatArray(),
        alone.apply(image, true).toFloatArray());
  }

  @ParameterizedTest
  @MethodSource("random")
  void bytesBecomeFloatsInTrainingAndInference(ImageAugmentation<?, ?, ?> layer) {
    Tensor bytes = IMAGES.cast(DType.UINT8);
    for (boolean training : new boolean[] {false, true}) {
      Tensor output = layer.copy().apply(bytes, training);
      assertEquals(DType.FLOAT32, output.dtype());
      assertTrue(Arrays.stream(output.toDoubleArray()).allMatch(Double::isFinite));
    }
  }

  @TestFactory
  Stream<DynamicTest> layersOfAllImages() {
    Operand images = Operand.real(1, 3, 4, 2);
    return Stream.of(
            LayerCheck.tests(() -> new Resizing(2, 5), images),
            LayerCheck.tests(() -> new Resizing(2, 5).padToAspectRatio(true), images),
            LayerCheck.tests(() -> new CenterCrop(2, 3), images))
        .flatMap(tests -> tests);
  }

  /** Returns what is drawn for many images. */
  private static <T> T drawn(ImageAugmentation<?, T, ?> layer) {
    return layer.draw(Tensor.zeros(DType.FLOAT32, 20_000, 1, 1, 3), RandomKey.of(1));
  }

  private static void assertUniform(double low, double high, Tensor drawn) {
    double[] values = drawn.toDoubleArray();
    assertTrue(DoubleStream.of(values).allMatch(v -> v >= low && v <= high), "limits");
    double mean = DoubleStream.of(values).average().orElseThrow();
    double deviation =
        Math.sqrt(
            DoubleStream.of(values).map(v -> (v - mean) * (v - mean)).average().orElseThrow());
    assertEquals((low + high) / 2, mean, (high - low) / 50);
    assertEquals((high - low) / Math.sqrt(12), deviation, (high - low) / 50);
  }

  private static double part(Tensor bools) {
    return bools.cast(DType.FLOAT64).mean().toDoubleArray()[0];
  }

  @Test
  void parametersAreUniformWithinTheirLimits() {
    assertUniform(-0.2, 0.2, drawn(new RandomBrightness(0.2).valueRange(0, 1)));
    assertUniform(0.3 * 255, 0.5 * 255, drawn(new RandomBrightness(List.of(0.5, 0.3))));
    assertUniform(0.8, 1.3, drawn(new RandomContrast(List.of(0.2, 0.3))));
    assertUniform(-0.2, 0.2, drawn(new RandomHue(0.4)));
    assertUniform(0, 0.4, drawn(new RandomSharpness(0.4)));
    assertUniform(0, 0.3 * 255, drawn(new Solarization(0.3, 0.6)).additions());
    assertUniform(0, 0.6 * 255, drawn(new Solarization(0.3, 0.6)).thresholds());
    assertUniform(-0.1, 0.1, drawn(new RandomRotation(0.1)));
    assertUniform(-0.1, 0.3, drawn(new RandomTranslation(List.of(0.4), List.of(-0.1, 0.3))).x());
    assertUniform(-0.4, 0.4, drawn(new RandomTranslation(0.4, 0)).y());
    assertUniform(0.7, 1.3, drawn(new RandomZoom(0.3)).x());
    assertUniform(0.8, 1.3, drawn(new RandomZoom(List.of(-0.2, 0.3), List.of(0.0))).y());
    assertUniform(-0.2, 0.2, drawn(new RandomShear(0.2, 0.1)).x());
    assertEquals(
        Set.of(4.0, 5.0, 6.0),
        new HashSet<>(
            DoubleStream.of(drawn(new RandomPosterization(List.of(2, 5))).toDoubleArray())
                .boxed()
                .toList()));
    assertEquals(3, drawn(new RandomPosterization(List.of(5, 5))).mean().toDoubleArray()[0]);
  }

  @Test
  void imagesAreChosenWithTheirProbability() {
    assertEquals(0.5, part(drawn(new RandomFlip())), 0.02);
    assertEquals(0.25, part(drawn(new RandomInvert(0.5))), 0.02);
    assertEquals(0.7, part(drawn(new RandomInvert(List.of(0.6, 0.8)))), 0.02);
    assertEquals(0.3, part(drawn(new RandomGrayscale(0.3))), 0.02);
    assertEquals(0.5, part(drawn(new RandomErasing()).applies()), 0.02);
    assertEquals(0.25, part(drawn(new RandomPerspective(0.5)).applies()), 0.02);
    assertEquals(0.5, part(drawn(new RandomGaussianBlur()).applies()), 0.02);
    assertEquals(0.5, part(drawn(new RandomElasticTransform()).applies()), 0.02);
  }

  @Test
  void rectanglesLieWithinImages() {
    Box box = drawn(new RandomErasing().scale(0.25, 0.25)).box();
    assertUniform(0, 0.5, box.left());
    assertUniform(0, 0.5, box.top());
    assertUniform(0.5, 1, box.right());
  }

  @Test
  void cornersMoveByPartsOfTheirCoordinates() {
    RandomPerspective layer = new RandomPerspective().scale(0.4);
    Tensor ends =
        layer.draw(Tensor.zeros(DType.FLOAT32, 20_000, 11, 21, 1), RandomKey.of(1)).endPoints();
    assertUniform(0.8 * 20, 1.2 * 20, ends.get(Index.ALL, 3, 0));
    assertUniform(0.8 * 10, 1.2 * 10, ends.get(Index.ALL, 2, 1));
    assertEquals(0, ends.get(Index.ALL, 0).abs().max().toDoubleArray()[0]);
  }

  @Test
  void changesAreMadeOneAfterTheOther() {
    List<UnaryOperator<Tensor>> changes = List.of(x -> x.mul(2), x -> x.add(1), x -> x.mul(0));
    Tensor images = Tensor.of(new float[] {3, 4, 5}, 1, 1, 1, 3);
    RandAugment augment = new RandAugment();
    RandAugment.Drawn drawn = new RandAugment.Drawn(Tensor.of(new int[] {1, 0}), changes);
    assertArrayEquals(new float[] {8, 10, 12}, augment.changed(images, drawn).toFloatArray());
    AugMix.Drawn mixed =
        new AugMix.Drawn(
            Tensor.of(new float[] {0.25f}).get(0),
            Tensor.of(new float[] {0.5f, 0.5f}),
            changes.subList(0, 2));
    assertArrayEquals(
        new double[] {
          0.25 * 3 + 0.75 * (3 + 2), 0.25 * 4 + 0.75 * (4 + 2.5), 0.25 * 5 + 0.75 * (5 + 3)
        },
        new AugMix().changed(images, mixed).toDoubleArray(),
        1e-5);
    assertArrayEquals(
        new double[] {1, 1, 1},
        new AugMix().valueRange(0, 1).changed(images, mixed).toDoubleArray());
  }

  @Test
  void allChangesAreChosen() {
    Tensor images = Tensor.zeros(DType.FLOAT32, 1, 2, 2, 3);
    Tensor numbers = new RandAugment().numOps(1000).draw(images, RandomKey.of(1)).numbers();
    Set<Integer> found = new HashSet<>();
    Arrays.stream(numbers.toIntArray()).forEach(found::add);
    assertEquals(11, found.size());
    Policy few = new Policy(List.of(0.0, 0.3), List.of(0.0, 1.0), Interpolation.BILINEAR, false);
    assertEquals(7, few.size());
    AugMix.Drawn drawn = new AugMix().draw(images, RandomKey.of(1));
    assertEquals(1, drawn.weights().sum().toDoubleArray()[0], 1e-6);
    assertEquals(Shape.of(3), drawn.weights().shape());
  }

  @Test
  void croppedPlacesAreAllPossibleOnes() {
    RandomCrop layer = new RandomCrop(2, 4).seed(1);
    Set<Integer> tops = new HashSet<>();
    for (int i = 0; i < 60; i++) {
      RandomCrop.Corner corner =
          layer.draw(Tensor.zeros(DType.FLOAT32, 1, 4, 4, 1), RandomKey.of(i));
      tops.add(corner.top().toIntArray()[0]);
      assertEquals(0, corner.left().toIntArray()[0]);
    }
    assertEquals(Set.of(0, 1, 2), tops);
  }

  @Test
  void smallImagesAreResizedToTheCrop() {
    Tensor images = Tensor.ones(DType.FLOAT32, 1, 2, 3, 1);
    for (boolean training : new boolean[] {false, true}) {
      assertEquals(Shape.of(1, 4, 4, 1), new RandomCrop(4, 4).apply(images, training).shape());
    }
    assertEquals(Shape.of(1, 1, 2, 1), new RandomCrop(1, 2).apply(images).shape());
  }

  @Test
  void resizedWholeNumbersAreRounded() {
    Tensor bytes = Tensor.of(new int[] {0, 3, 10, 255}, 1, 1, 4, 1).cast(DType.UINT8);
    Tensor half = new Resizing(1, 2).apply(bytes);
    assertEquals(DType.UINT8, half.dtype());
    assertArrayEquals(new double[] {2, 132}, half.toDoubleArray());
    Tensor nearest = new Resizing(1, 2, Interpolation.NEAREST).apply(bytes);
    assertArrayEquals(new double[] {3, 255}, nearest.toDoubleArray());
    Tensor large = Tensor.of(new int[] {1 << 30, 3}, 1, 1, 2, 1);
    assertEquals(1 << 30, new Resizing(1, 2, Interpolation.NEAREST).apply(large).toIntArray()[0]);
    assertEquals(Shape.of(2, 5, 1), new Resizing(2, 5).apply(bytes.get(0)).shape());
  }

  private static void assertRefused(String message, Supplier<?> mistake) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, mistake::get).getMessage());
  }

  @Test
  void mistakesAreExplained() {
    assertRefused(
        "Resizing: height must be 1 or more, received 0; give such a number",
        () -> new Resizing(0, 2));
    assertRefused(
        "Resizing: crops or pads to the aspect ratio, received both; choose one, or neither",
        () -> new Resizing(1, 2).cropToAspectRatio(true).padToAspectRatio(true));
    assertRefused(
        "RandomFlip: needs images [n, h, w, c], or one image, received (2, 3); expandDims images"
            + " without channels",
        () -> new RandomFlip(Mode.VERTICAL).apply(Tensor.zeros(DType.FLOAT32, 2, 3), true));
    assertRefused(
        "RandomBrightness: factor is a number in [-1.0, 1.0], or a lower and an upper one, received"
            + " [2.0]; give one or two such numbers",
        () -> new RandomBrightness(2));
    assertRefused(
        "RandomContrast: valueRange is the lowest and the highest value of pixels, received [1.0];"
            + " give two numbers, as 0, 255",
        () -> new RandomContrast(0.5).valueRange(1));
    assertRefused(
        "rgbToHsv: needs 3 channels, in the last axis, received (1, 2, 2, 1); transpose images that"
            + " have them elsewhere",
        () -> new RandomHue(0.5).apply(Tensor.zeros(DType.FLOAT32, 1, 2, 2, 1), true));
    assertRefused(
        "RandomErasing: fillValue is one number, or three, received [1.0, 2.0]; give one for each"
            + " colour",
        () -> new RandomErasing().fillValue(1, 2));
    assertRefused(
        "RandomRotation: interpolation is NEAREST or BILINEAR, received BICUBIC; choose one of them",
        () -> new RandomRotation(1).interpolation(Interpolation.BICUBIC));
    assertRefused(
        "RandomGaussianBlur: kernelSize is odd, received [2, 2]; give one such number, or two",
        () -> new RandomGaussianBlur().kernelSize(2));
    assertRefused(
        "ContrastLimitedAdaptiveHistogramEqualization: tileGridSize is two numbers of 1 or more,"
            + " received [8]; give those along height and width",
        () -> new ContrastLimitedAdaptiveHistogramEqualization().tileGridSize(8));
    assertRefused(
        "AugMix: alpha is above 0, received 0.0; give a number as 1", () -> new AugMix().alpha(0));
    assertRefused(
        "RandomGrayscale: factor is a probability, in [0, 1], received 2.0; give such a number",
        () -> new RandomGrayscale(2));
  }
}
