package dev.tapedeck.applications;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tapedeck.checkpoint.Safetensors;
import dev.tapedeck.keras.CustomObjects;
import dev.tapedeck.keras.KerasFiles;
import dev.tapedeck.losses.Losses;
import dev.tapedeck.optim.SGD;
import dev.tapedeck.tensor.Tensor;
import dev.tapedeck.testing.Python;
import dev.tapedeck.train.Model;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/**
 * Models that Keras made and saved: their weights in ours, and they themselves, predict and learn
 * the same.
 */
class KerasModelsTest {
  /** Relative to the largest value, since sums of many are rounded in another order. */
  private static final double TOLERANCE = 1e-4;

  /** As much for what was trained: statistics of few numbers make much of a difference. */
  private static final double TRAINED = 1e-2;

  static final CustomObjects CUSTOM =
      new CustomObjects()
          .layer(
              "LayerScale",
              LayerScale.class,
              config ->
                  new LayerScale(
                      (double) config.get("init_values"), (int) config.get("projection_dim")))
          .layer(
              "CustomScaleLayer",
              CustomScaleLayer.class,
              config -> new CustomScaleLayer(((Number) config.get("scale")).doubleValue()));

  private static final String TOP = "\"classes\": 5, \"classifier_activation\": null";
  private static final String NO_TOP = "\"include_top\": false, \"pooling\": \"avg\"";

  /** Small members, of images large enough for statistics of several numbers. */
  private static final List<String> SMALL =
      List.of(
          row("VGG16", NO_TOP, 32),
          row("ResNet50", NO_TOP, 64),
          row("MobileNet", TOP + ", \"alpha\": 0.25, \"dropout\": 0", 64),
          row("MobileNetV2", TOP + ", \"alpha\": 0.35", 64),
          row("MobileNetV3Small", TOP + ", \"alpha\": 0.75, \"dropout\": 0", 64),
          row("DenseNet121", TOP, 64),
          row("EfficientNetB0", TOP, 64),
          row("EfficientNetV2B0", TOP, 64),
          row("InceptionV3", NO_TOP, 107),
          row("Xception", NO_TOP, 71),
          row("NASNetMobile", TOP, 64),
          row("ConvNeXtTiny", TOP, 32));

  private static final List<String> OTHERS =
      List.of(
          row("VGG19", NO_TOP, 32),
          row("ResNet101", TOP, 64),
          row("ResNet152", NO_TOP, 64),
          row("ResNet50V2", TOP, 64),
          row("ResNet101V2", TOP, 65),
          row("ResNet152V2", TOP, 64),
          row("MobileNet", TOP + ", \"alpha\": 0.5, \"dropout\": 0, \"depth_multiplier\": 2", 79),
          row("MobileNetV2", "\"include_top\": false", 97),
          row("MobileNetV3Large", TOP + ", \"dropout\": 0", 96),
          row("MobileNetV3Large", TOP + ", \"dropout\": 0, \"minimalistic\": true", 81),
          row("DenseNet169", TOP, 64),
          row("DenseNet201", NO_TOP, 73),
          row("EfficientNetB1", TOP, 65),
          row("EfficientNetB3", NO_TOP, 64),
          row("EfficientNetB7", TOP, 64),
          row("EfficientNetV2B3", TOP, 64),
          row("EfficientNetV2S", TOP, 65),
          row("EfficientNetV2M", TOP, 64),
          row("InceptionResNetV2", TOP, 107),
          row("Xception", TOP, 96),
          row("NASNetLarge", NO_TOP, 64),
          row("ConvNeXtSmall", "\"include_top\": false, \"pooling\": \"max\"", 40));

  @TempDir private Path temp;

  private static String row(String name, String arguments, int size) {
    return String.format(
        Locale.ROOT, "[\"%s\", {%s, \"input_shape\": [%d, %d, 3]}]", name, arguments, size, size);
  }

  @Test
  void smallMembersAreThoseOfKeras() throws Exception {
    check(temp, SMALL);
  }

  @TestFactory
  @EnabledIfSystemProperty(named = "applications.large", matches = "true")
  Stream<DynamicTest> largeMembersAreThoseOfKeras() {
    return OTHERS.stream()
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row,
                    () -> {
                      Path folder = Files.createTempDirectory(temp, "member");
                      check(folder, List.of(row));
                      try (Stream<Path> files = Files.list(folder)) {
                        for (Path file : files.toList()) {
                          Files.delete(file); // some are large
                        }
                      }
                    }));
  }

  private static void check(Path folder, List<String> cases) throws Exception {
    Python.run(
        folder, KerasModelsTest.class, "models.py", folder, "[" + String.join(", ", cases) + "]");
    check(folder);
  }

  static void check(Path folder) throws Exception {
    JsonNode index = new ObjectMapper().readTree(folder.resolve("index.json").toFile());
    List<Executable> checks = new ArrayList<>();
    for (int i = 0; i < index.size(); i++) {
      int number = i;
      checks.add(() -> check(folder, number, index.get(number)));
    }
    assertAll(checks);
  }

  private static void check(Path folder, int number, JsonNode row) throws Exception {
    Path file = folder.resolve(number + ".keras");
    Path weights = folder.resolve(number + ".weights.h5");
    Map<String, Tensor> expected = Safetensors.load(folder.resolve(number + ".safetensors"));
    String name = row.get("application").asText();
    Model ours = Members.make(name, row.get("arguments"));
    KerasFiles.loadWeights(ours, Files.exists(weights) ? weights : file);
    Tensor x = expected.get("input");
    compare(name + ", weights", expected.get("before"), ours.apply(x, false), TOLERANCE);
    Model read = KerasFiles.load(file, CUSTOM);
    compare(name + ", read", expected.get("before"), read.apply(x, false), TOLERANCE);
    Model trained = name.startsWith("EfficientNet") ? read : ours; // whose dropout has no option
    trained.compile(new SGD(1e-4), Losses.meanSquaredError());
    trained.runEagerly(true);
    double right = row.get("loss").asDouble();
    double loss = trained.trainOnBatch(x, expected.get("label")).get("loss");
    assertEquals(right, loss, TOLERANCE * Math.max(1, right), name + ", loss");
    compare(name + ", trained", expected.get("after"), trained.apply(x, false), TRAINED);
  }

  private static void compare(String what, Tensor expected, Tensor found, double tolerance) {
    assertEquals(expected.shape(), found.shape(), what);
    double[] right = expected.toDoubleArray();
    double[] values = found.toDoubleArray();
    double scale = 0;
    double difference = 0;
    for (int i = 0; i < right.length; i++) {
      scale = Math.max(scale, Math.abs(right[i]));
      difference = Math.max(difference, Math.abs(right[i] - values[i]));
    }
    assertTrue(
        difference <= tolerance * scale, what + ": differs by " + difference + " of " + scale);
  }
}
