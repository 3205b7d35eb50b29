package dev.tapedeck.applications;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tapedeck.keras.KerasFiles;
import dev.tapedeck.layers.Dense;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.ops.pointwise.Maths;
import dev.tapedeck.ops.random.RandomKey;
import dev.tapedeck.ops.random.Randoms;
import dev.tapedeck.optim.Adam;
import dev.tapedeck.tensor.DType;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.LayerCheck;
import dev.tapedeck.testing.Operand;
import dev.tapedeck.train.FitOptions;
import dev.tapedeck.train.FitOptions.Verbosity;
import dev.tapedeck.train.Input;
import dev.tapedeck.train.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** The programs of {@code docs/applications.md}, and the mistakes that they invite. */
class ApplicationsPageTest {
  private static final ApplicationOptions TINY =
      new ApplicationOptions().inputShape(32, 32, 3).alpha(0.35);

  private static final FitOptions SILENT = FitOptions.epochs(2).verbosity(Verbosity.SILENT);

  @TempDir private Path temp;

  @BeforeEach
  void seed() {
    RandomKey.seed(5);
  }

  @Test
  void aPretrainedModelIsTuned() {
    Path file = temp.resolve("no_top.weights.h5");
    ApplicationOptions options = TINY.includeTop(false).pooling(Pooling.AVG);
    KerasFiles.saveWeights(Applications.mobileNetV2(options), file);
    Model base = Applications.mobileNetV2(options);
    KerasFiles.loadWeights(base, file);
    base.trainable(false);
    Tensor image = Input.of(32, 32, 3);
    Model model = Model.of(image, new Dense(3).apply(base.apply(image, false)));
    model.compile(new Adam(1e-3), Losses.sparseCategoricalCrossentropy().fromLogits());
    Tensor images = Preprocessing.TF.preprocessInput(Randoms.uniform(6, 32, 32, 3).mul(255));
    Tensor labels = Tensor.of(new int[] {0, 1, 2, 0, 1, 2});
    double[] before = lastKernel(base);
    model.fit(images, labels, SILENT);
    assertArrayEquals(before, lastKernel(base));
    base.trainable(true);
    model.compile(new Adam(1e-5), Losses.sparseCategoricalCrossentropy().fromLogits());
    model.fit(images, labels, SILENT);
    assertFalse(Arrays.equals(before, lastKernel(base)));
  }

  private static double[] lastKernel(Model model) {
    return model.layer("Conv_1").getWeights().getFirst().toDoubleArray();
  }

  @Test
  void layersAreFoundByTheirNames() {
    Model model = Applications.mobileNetV2(TINY.classes(4));
    assertEquals("mobilenetv2_0.35_32", model.name());
    Tensor inner = (Tensor) model.layer("block_6_expand_relu").output();
    Model features = Model.of(model.input(), inner);
    assertEquals(4, features.apply(Tensor.zeros(DType.FLOAT32, 1, 32, 32, 3)).shape().size(1));
  }

  @Test
  void imagesOfAnySizeGiveFeatures() {
    for (Model model :
        List.of(
            Applications.mobileNetV3Small(
                new ApplicationOptions().includeTop(false).pooling(Pooling.MAX)),
            Applications.mobileNet(
                new ApplicationOptions().alpha(0.25).includeTop(false).pooling(Pooling.AVG)))) {
      for (int size : List.of(33, 64)) {
        Tensor features = model.predict(Tensor.ones(DType.FLOAT32, 2, size, size + 1, 3));
        assertEquals(2, features.shape().rank());
      }
    }
  }

  @Test
  void imagesArePreprocessed() {
    Tensor image = Tensor.of(new int[] {255, 0, 51}, 1, 1, 3);
    assertArrayEquals(
        new double[] {51 - 103.939, -116.779, 255 - 123.68},
        Preprocessing.CAFFE.preprocessInput(image).toDoubleArray(),
        1e-4);
    assertArrayEquals(
        new double[] {(1 - 0.485) / 0.229, -0.456 / 0.224, (0.2 - 0.406) / 0.225},
        Preprocessing.TORCH.preprocessInput(image).toDoubleArray(),
        1e-5);
    assertArrayEquals(
        new double[] {1, -1, -0.6}, Preprocessing.TF.preprocessInput(image).toDoubleArray(), 1e-6);
    assertArrayEquals(
        new double[] {255, 0, 51}, Preprocessing.NONE.preprocessInput(image).toDoubleArray());
    assertEquals(DType.FLOAT32, Preprocessing.NONE.preprocessInput(image).dtype());
    refused(
        "preprocessInput: needs images [.., 3], received (2, 4); convert them to red, green and blue",
        () -> Preprocessing.TF.preprocessInput(Tensor.zeros(DType.FLOAT32, 2, 4)));
  }

  @Test
  void predictionsAreDecoded() throws IOException {
    Tensor scores = Tensor.of(new float[] {0.25f, 0.5f, 0.125f, 0, 0, 1}, 2, 3);
    List<List<Prediction>> best =
        List.of(
            List.of(new Prediction(1, "dog", 0.5), new Prediction(0, "cat", 0.25)),
            List.of(new Prediction(2, "owl", 1), new Prediction(0, "cat", 0)));
    assertEquals(best, Prediction.decode(scores, List.of("cat", "dog", "owl"), 2));
    Path file = Files.writeString(temp.resolve("classes.txt"), "cat\ndog\nowl\n");
    assertEquals(best, Prediction.decode(scores, file, 2));
    refused(
        "Prediction.decode: needs predictions [n, 2], as many as labels, received (2, 3); give the"
            + " labels that the model was trained with",
        () -> Prediction.decode(scores, List.of("cat", "dog"), 1));
    refused(
        "Prediction.decode: needs a top from 1 to 3, received 5; give a number of classes that there are",
        () -> Prediction.decode(scores, file, 5));
  }

  @Test
  void optionsThatAnArchitectureLacksAreRefused() {
    refused(
        "vgg16: has no option alpha, received 0.5; leave it out",
        () -> Applications.vgg16(new ApplicationOptions().alpha(0.5)));
    refused(
        "mobilenetv2: has no option dropout, received 0.1; leave it out",
        () -> Applications.mobileNetV2(new ApplicationOptions().dropout(0.1)));
    refused(
        "efficientnetb0: has no option includePreprocessing, received false; leave it out",
        () -> Applications.efficientNetB0(new ApplicationOptions().includePreprocessing(false)));
    refused(
        "inception_v3: needs images of 75 x 75 or more, received (64, 75, 3); resize them",
        () -> Applications.inceptionV3(new ApplicationOptions().inputShape(64, 75, 3)));
    refused(
        "ApplicationOptions: needs an inputShape of three sizes, received (64, 64); give it as 224,"
            + " 224, 3",
        () -> new ApplicationOptions().inputShape(64, 64));
    refused(
        "ApplicationOptions: needs 1 class or more, received 0; give the number of your labels",
        () -> new ApplicationOptions().classes(0));
    refused(
        "ApplicationOptions: needs an alpha above 0, received 0.0; give a factor, as 0.5",
        () -> new ApplicationOptions().alpha(0));
  }

  @Test
  void channelsAreScaledForImageNetWeights() {
    ApplicationOptions options =
        new ApplicationOptions().inputShape(32, 32, 3).includeTop(false).pooling(Pooling.AVG);
    Model plain = Applications.efficientNetB0(options);
    Model scaled = Applications.efficientNetB0(options.imageNetWeights(true));
    scaled.setWeights(plain.getWeights());
    Tensor image = Randoms.uniform(1, 32, 32, 3).mul(255);
    Tensor factors = Tensor.of(new double[] {0.229, 0.224, 0.225}).cast(DType.FLOAT32);
    assertArrayEquals(
        plain.apply(image.div(Maths.sqrt(factors))).toDoubleArray(),
        scaled.apply(image).toDoubleArray(),
        1e-4);
  }

  @TestFactory
  Stream<DynamicTest> layerScale() {
    return LayerCheck.tests(() -> new LayerScale(0.5, 3), Operand.real(2, 4, 3));
  }

  @TestFactory
  Stream<DynamicTest> stochasticDepthAtInference() {
    return LayerCheck.tests(() -> new StochasticDepth(0.5), Operand.real(2, 4, 3));
  }

  @Test
  void stochasticDepthLeavesOutExamples() {
    Tensor y = new StochasticDepth(0.25).apply(Tensor.ones(DType.FLOAT32, 400, 2, 2), true);
    double[] values = y.toDoubleArray();
    int kept = 0;
    for (int i = 0; i < values.length; i += 4) {
      for (int j = 0; j < 4; j++) {
        assertEquals(values[i] == 0 ? 0 : 1 / 0.75, values[i + j], 1e-6);
      }
      kept += values[i] == 0 ? 0 : 1;
    }
    assertEquals(300, kept, 40);
  }

  @Test
  void customScaleLayerAddsAScaledTensor() {
    Tensor x = Tensor.of(new float[] {1, 2}, 1, 2);
    CustomScaleLayer layer = new CustomScaleLayer(0.5);
    assertArrayEquals(new double[] {1.5, 3}, layer.apply(List.of(x, x)).toDoubleArray());
    refused(
        "CustomScaleLayer: needs two tensors, received 1; give a list of two",
        () -> layer.apply(List.of(x)));
    refused(
        "LayerScale: needs a projectionDim of 1 or more, received 0; give channels",
        () -> new LayerScale(1, 0));
    refused(
        "StochasticDepth: needs a dropPathRate in [0, 1), received 1.0; give one, as 0.1",
        () -> new StochasticDepth(1));
  }

  private static void refused(String message, Executable call) {
    String found = assertThrows(IllegalArgumentException.class, call).getMessage();
    assertTrue(found.contains(message), found);
  }
}
